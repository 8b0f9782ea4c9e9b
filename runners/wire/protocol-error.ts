import { beginningOf } from '../../servers/secrets.ts';

/** What a peer did wrong, by the codec that noticed. */
export type ProtocolFault =
  | 'http-head-too-large'
  | 'http-bad-head'
  | 'http-bad-content-length'
  | 'http-bad-transfer-encoding'
  | 'http-bad-chunk'
  | 'http-bad-trailer'
  | 'http-body-too-large'
  | 'http-bad-coding'
  | 'http-after-close'
  | 'http-closed-early'
  | 'event-too-large'
  | 'poll-bad-body'
  | 'ws-bad-handshake'
  | 'ws-reserved-bits'
  | 'ws-bad-opcode'
  | 'ws-bad-continuation'
  | 'ws-bad-control'
  | 'ws-bad-length'
  | 'ws-masked'
  | 'ws-unmasked'
  | 'ws-message-too-large'
  | 'deflate-bad-data'
  | 'not-understood';

/** The peer broke the protocol. The connection cannot be used any more, nor the decoder that threw. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  /** Stable: faults are counted by it. */
  readonly code: ProtocolFault;

  /** @param evidence - what was received and what the rule is, in one sentence. */
  constructor(code: ProtocolFault, evidence: string) {
    super(evidence);
    this.code = code;
  }
}

/** Why a connection is over that its owner has not ended: it was lost or ended, or the peer was wrong. */
export interface Over {
  readonly kind: 'lost' | 'wrong';
  /** In one sentence. */
  readonly reason: string;
}

/**
 * What was received, as evidence: in quotes, control characters escaped, without secrets, and cut, since a
 * peer may send any amount.
 */
export function quoted(received: string): string {
  return JSON.stringify(beginningOf(received, 200));
}
