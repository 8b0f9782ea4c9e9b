import { randomBytes } from 'node:crypto';
import { headOf, type Peer } from './peer.ts';

/** The headers that ask for a WebSocket (RFC 6455 §4.1). */
export function upgradeHeaders(): Record<string, string> {
  return {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
  };
}

/** The head of a request for a WebSocket, with its blank line. */
export function upgradeHead(
  peer: Peer,
  target: string,
  further: Readonly<Record<string, string>> = {},
): string {
  return headOf(peer, 'GET', target, { ...upgradeHeaders(), ...further });
}

/** What there is of a text frame. */
interface Part {
  /** False for a fragment that others should follow. */
  readonly final: boolean;
  /** At most 125. */
  readonly declaredBytes: number;
  /** What is sent of it. */
  readonly payload: string;
}

/** A text frame as a client sends it (RFC 6455 §5.2), with less payload than it says or than the message has. */
export function partOfTextFrame({ final, declaredBytes, payload }: Part): Buffer {
  const noMask = Buffer.alloc(4); // Masking with zeros changes nothing, and is masking.
  return Buffer.concat([
    Buffer.from([final ? 0x81 : 0x01, 0x80 | declaredBytes]),
    noMask,
    Buffer.from(payload),
  ]);
}
