import type { Compression } from '../../scenarios/schema.ts';
import { ProtocolError, quoted } from './protocol-error.ts';

/** What client and server have agreed on (RFC 7692 §7.1). */
export interface Deflating {
  /** Whether a message of the server may refer to those before it. */
  readonly serverContext: boolean;
  /** The same of the client's. */
  readonly clientContext: boolean;
  /** Base-2 logarithm of how far back the client's may refer. What the server's window is needs no care: none is larger. */
  readonly clientWindowBits: number;
}

/** What a client asks for; with context, it is what browsers ask for. Empty: nothing. */
const OFFERS: Readonly<Record<Compression, string>> = {
  none: '',
  deflate: 'permessage-deflate; client_max_window_bits',
  'deflate-no-context-takeover':
    'permessage-deflate; client_no_context_takeover; server_no_context_takeover; client_max_window_bits',
};

/** The value of `Sec-WebSocket-Extensions` that asks for a compression; empty where there is none to ask for. */
export function extensionOffer(compression: Compression): string {
  return OFFERS[compression];
}

/** RFC 7692 §7.1.2: window bits from 8 to 15, without a leading zero. */
const WINDOW_BITS = /^(?:8|9|1[0-5])$/;
const MAX_WINDOW_BITS = 15;

/**
 * Reads what the server has granted of what was asked for.
 *
 * @param granted value of its `Sec-WebSocket-Extensions`, if it has one.
 * @returns `null` if nothing was granted, so that nothing is compressed.
 * @throws ProtocolError `ws-bad-handshake` for what was not asked for, or is not an answer to it (RFC 7692 §5.1, §7.1).
 */
export function readExtensions(granted: string | undefined, compression: Compression): Deflating | null {
  if (granted === undefined) return null;
  const fail = (reason: string): never => {
    throw new ProtocolError(
      'ws-bad-handshake',
      `the server did not accept the WebSocket: sec-websocket-extensions is ${quoted(granted)}, ${reason}`,
    );
  };
  if (compression === 'none') return fail('and none was asked for');
  const [name, ...parameters] = granted.split(';').map((part) => part.trim());
  if (granted.includes(',') || name !== 'permessage-deflate')
    fail('and permessage-deflate alone was asked for');
  const values = new Map<string, string | null>();
  for (const parameter of parameters) {
    const [, key = '', value = null] = /^([a-z_]+)(?:\s*=\s*"?(\w+)"?)?$/.exec(parameter) ?? [];
    if (values.has(key)) fail(`where ${key} stands twice`);
    values.set(key, value);
    const isFlag = key === 'server_no_context_takeover' || key === 'client_no_context_takeover';
    const isBits = key === 'server_max_window_bits' || key === 'client_max_window_bits';
    if (!isFlag && !isBits) fail(`and ${quoted(parameter)} is no parameter of permessage-deflate`);
    if (isFlag && value !== null) fail(`and ${key} has no value`);
    if (isBits && !WINDOW_BITS.test(value ?? '')) fail(`and ${key} is a number from 8 to 15`);
  }
  const serverContext = !values.has('server_no_context_takeover');
  if (serverContext && compression === 'deflate-no-context-takeover') {
    fail('without server_no_context_takeover, which was asked for (RFC 7692 §7.1.1.1)');
  }
  return {
    serverContext,
    clientContext: compression === 'deflate' && !values.has('client_no_context_takeover'),
    clientWindowBits: Number(values.get('client_max_window_bits') ?? MAX_WINDOW_BITS),
  };
}
