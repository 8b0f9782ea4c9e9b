import { createHash, randomFillSync } from 'node:crypto';
import { ProtocolError, quoted } from './protocol-error.ts';
import { fieldLine, type HeaderFields, RequestHead } from './request-head.ts';
import type { ResponseHeaders } from './response-head.ts';

/** RFC 6455 §1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Drawn for many keys at once: a draw for each took 11 of the 170 µs in which a client connects. */
const RANDOM = Buffer.alloc(4096);
const KEY_BYTES = 16;
let drawnFrom = RANDOM.length;

/** A fresh `Sec-WebSocket-Key`: 16 random bytes, base64 (RFC 6455 §4.1). */
export function newKey(): string {
  if (drawnFrom === RANDOM.length) {
    randomFillSync(RANDOM);
    drawnFrom = 0;
  }
  drawnFrom += KEY_BYTES;
  return RANDOM.toString('base64', drawnFrom - KEY_BYTES, drawnFrom);
}

/** The `Sec-WebSocket-Accept` that proves that a server read `key` (RFC 6455 §4.2.2). */
export function acceptKey(key: string): string {
  return createHash('sha1').update(key).update(GUID).digest('base64');
}

/**
 * Composes the opening handshakes of one client (RFC 6455 §4.1), one byte a character: each has a
 * key of its own.
 *
 * @param host value of the `Host` field.
 * @param headers further fields.
 * @param subprotocol what to speak above the frames (§1.9), if it has a name.
 */
export function upgradeRequests(
  host: string,
  headers: HeaderFields,
  subprotocol?: string,
): (path: string, key: string) => string {
  const spoken = subprotocol === undefined ? {} : { 'Sec-WebSocket-Protocol': subprotocol };
  const own = { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Version': '13', ...spoken };
  const head = new RequestHead(host, own, headers);
  return (path, key) => head.of('GET', path, fieldLine('Sec-WebSocket-Key', key));
}

/**
 * Checks a server's answer to {@link upgradeRequests}, which ask for no extension and at
 * most one subprotocol (RFC 6455 §4.1, the numbered list at its end).
 *
 * @throws ProtocolError `ws-bad-handshake` with what is wrong.
 */
export function checkUpgrade(
  status: number,
  headers: ResponseHeaders,
  key: string,
  subprotocol?: string,
): void {
  const upgrade = headers.get('upgrade') ?? '';
  const connection = (headers.get('connection') ?? '')
    .split(',')
    .map((option) => option.trim().toLowerCase());
  if (status !== 101) fail(`the status is ${status}, not 101`);
  if (upgrade.toLowerCase() !== 'websocket') fail(`the Upgrade field is ${quoted(upgrade)}, not "websocket"`);
  if (!connection.includes('upgrade'))
    fail(`the Connection field is ${quoted(connection.join(', '))}, without "Upgrade"`);
  const accept = headers.get('sec-websocket-accept');
  if (accept !== acceptKey(key)) {
    fail(`Sec-WebSocket-Accept is ${quoted(accept ?? '')}, not "${acceptKey(key)}"`);
  }
  const chosen = { 'sec-websocket-extensions': undefined, 'sec-websocket-protocol': subprotocol };
  for (const [name, asked] of Object.entries(chosen)) {
    const value = headers.get(name);
    if (value === asked) continue;
    fail(
      `${name} is ${quoted(value ?? '')}, and ${asked === undefined ? 'none' : quoted(asked)} was asked for`,
    );
  }
}

function fail(evidence: string): never {
  throw new ProtocolError('ws-bad-handshake', `the server did not accept the WebSocket: ${evidence}`);
}
