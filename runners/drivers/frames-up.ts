import type { Ledger } from '../wire/ledger.ts';
import { nextMask } from '../wire/masks.ts';
import { MessageDeflater } from '../wire/message-deflater.ts';
import { shareOf } from '../wire/proportion.ts';
import type { WireSocket } from '../wire/socket.ts';
import type { Deflating } from '../wire/websocket-extensions.ts';
import { DEFLATED, encodeFrame, frameHeaderBytes, OPCODE } from '../wire/websocket-frames.ts';

/**
 * A server that has left so much unread gets no further pong: not every ping needs one (RFC 6455
 * §5.5.3), and one that pings without end and reads nothing would fill the memory with them.
 */
const MAX_BACKLOG_BYTES = 65_536;

/** What a client sends on its WebSocket, frame by frame, and the accounts of it. */
export class FramesUp {
  #deflater: MessageDeflater | null = null;
  readonly #socket: WireSocket;
  readonly #ledger: Ledger;

  constructor(socket: WireSocket, ledger: Ledger) {
    this.#socket = socket;
    this.#ledger = ledger;
  }

  /** Whether the server reads so little that what need not be sent is not. */
  get isBlocked(): boolean {
    return this.#socket.backlogBytes > MAX_BACKLOG_BYTES;
  }

  /** Compresses messages from now on, as it was agreed on. */
  compress(deflating: Deflating): void {
    this.#deflater = new MessageDeflater(deflating);
  }

  /** Sends a message, of which so many bytes are payload and the rest is framing. */
  send(message: Buffer, payloadBytes: number, counts: boolean): void {
    const deflated = this.#deflater?.deflate(message) ?? null;
    const body = deflated ?? message;
    this.#socket.write(
      encodeFrame(deflated === null ? OPCODE.text : OPCODE.text | DEFLATED, body, nextMask()),
    );
    const payload = shareOf(body.length, payloadBytes, message.length);
    this.#ledger.add('up', 'payload', payload, counts);
    this.#ledger.add('up', 'framing', frameHeaderBytes(body.length, true) + body.length - payload, counts);
    this.#socket.bookRecords('up', this.#ledger, counts);
  }

  /** Sends a frame of the protocol, which is never compressed. */
  write(opcode: number, payload: Buffer, account: 'control' | 'handshake', counts: boolean): void {
    const frame = encodeFrame(opcode, payload, nextMask());
    this.#socket.write(frame);
    this.#ledger.add('up', account, frame.length, counts);
    this.#socket.bookRecords('up', this.#ledger, counts);
  }
}
