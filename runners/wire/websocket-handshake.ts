import { createHash, randomFillSync } from 'node:crypto';
import type { Compression } from '../../scenarios/schema.ts';
import { ProtocolError, quoted } from './protocol-error.ts';
import { fieldLine, type HeaderFields, RequestHead } from './request-head.ts';
import type { ResponseHeaders } from './response-head.ts';
import { type Deflating, extensionOffer, readExtensions } from './websocket-extensions.ts';

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
 * @param compression what to ask for (RFC 7692).
 */
export function upgradeRequests(
  host: string,
  headers: HeaderFields,
  subprotocol?: string,
  compression: Compression = 'none',
): (path: string, key: string) => string {
  const spoken = subprotocol === undefined ? {} : { 'Sec-WebSocket-Protocol': subprotocol };
  const offer = extensionOffer(compression);
  const offered = offer === '' ? {} : { 'Sec-WebSocket-Extensions': offer };
  const common = { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Version': '13' };
  const own = { ...common, ...spoken, ...offered };
  const head = new RequestHead(host, own, headers);
  return (path, key) => head.of('GET', path, fieldLine('Sec-WebSocket-Key', key));
}

/**
 * Checks a server's answer to {@link upgradeRequests}, which ask for at most one extension and one
 * subprotocol (RFC 6455 §4.1, the numbered list at its end).
 *
 * @returns how messages may be compressed; `null` if the server has granted none of it.
 * @throws ProtocolError `ws-bad-handshake` with what is wrong.
 */
export function checkUpgrade(
  status: number,
  headers: ResponseHeaders,
  key: string,
  subprotocol?: string,
  compression: Compression = 'none',
): Deflating | null {
  const upgrade = headers.get('upgrade') ?? '';
  const connection = headers.get('connection') ?? '';
  const options = connection.split(',').map((option) => option.trim().toLowerCase());
  if (status !== 101) fail(`the status is ${status}, not 101`);
  if (upgrade.toLowerCase() !== 'websocket') fail(`the Upgrade field is ${quoted(upgrade)}, not "websocket"`);
  if (!options.includes('upgrade')) fail(`the Connection field is ${quoted(connection)}, without "Upgrade"`);
  const accept = headers.get('sec-websocket-accept');
  if (accept !== acceptKey(key)) {
    fail(`Sec-WebSocket-Accept is ${quoted(accept ?? '')}, not "${acceptKey(key)}"`);
  }
  const chosen = headers.get('sec-websocket-protocol');
  if (chosen !== subprotocol) {
    const asked = subprotocol === undefined ? 'none' : quoted(subprotocol);
    fail(`sec-websocket-protocol is ${quoted(chosen ?? '')}, and ${asked} was asked for`);
  }
  return readExtensions(headers.get('sec-websocket-extensions'), compression);
}

function fail(evidence: string): never {
  throw new ProtocolError('ws-bad-handshake', `the server did not accept the WebSocket: ${evidence}`);
}
