import { randomFillSync } from 'node:crypto';
import { nowUs } from '../clock.ts';
import { HttpResponseDecoder } from '../wire/http-response.ts';
import { type Over, ProtocolError } from '../wire/protocol-error.ts';
import { hostHeader, WireSocket } from '../wire/socket.ts';
import { encodeFrame, frameHeaderBytes, OPCODE, WebSocketDecoder } from '../wire/websocket-frames.ts';
import { checkUpgrade, newKey, upgradeRequests } from '../wire/websocket-handshake.ts';
import type { ClientPlan, DriverContext } from './driver.ts';
import { GONE, GoneStream } from './gone.ts';
import type { Beginning, StreamConnection, StreamEvents } from './resuming.ts';

/** What the owner of a WebSocket learns. */
export interface FrameSocketEvents extends StreamEvents {
  /** A message has been delivered and booked. */
  onDelivered(): void;
}

/** One WebSocket: its handshake, its frames, and the account of their bytes. */
export class FrameSocket implements StreamConnection {
  readonly #context: DriverContext;
  readonly #path: string;
  readonly #beginning: Beginning;
  readonly #owner: FrameSocketEvents;
  readonly #key = newKey();
  readonly #handshake: HttpResponseDecoder;
  readonly #frames: WebSocketDecoder;
  /** Frames carry no cursor: it grows by one a frame, from 0 where the channel was empty. */
  #cursor: number;
  #gone: GoneStream | null = null;
  #socket: WireSocket | null = null;
  #upgraded = false;
  #receivedUs = 0;
  /** Bytes that came and that no decoder has passed on. */
  #undecoded = 0;

  /** @param path path and query. */
  constructor(
    context: DriverContext,
    plan: ClientPlan,
    path: string,
    beginning: Beginning,
    owner: FrameSocketEvents,
  ) {
    this.#context = context;
    this.#path = path;
    this.#beginning = beginning;
    this.#cursor = Number(beginning.after ?? 0);
    this.#owner = owner;
    const { ledger, recorder, window } = context;
    this.#handshake = new HttpResponseDecoder({
      onHead: (status, headers, headBytes) => {
        this.#undecoded -= headBytes;
        ledger.add('down', 'handshake', headBytes, beginning.counts);
        this.#socket?.bookRecords('down', ledger, beginning.counts);
        if (status === GONE && beginning.after !== null) {
          this.#gone = new GoneStream();
          return;
        }
        checkUpgrade(status, headers, this.#key);
        this.#upgraded = true;
        if (beginning.counts) recorder.requests.total += 1;
        owner.onSubscribed();
      },
      onBody: (bytes, start, end) => this.#gone?.add(bytes, start, end),
      onFraming: () => {},
      onChunkEnd: () => {},
      onEnd: () => {
        if (this.#gone === null) return;
        this.#cursor = this.#gone.cursor();
        this.#over('wrong', `the WebSocket was answered with ${GONE}`);
      },
    });
    // What follows the end of the connection in its segment has been booked as a whole.
    this.#frames = new WebSocketDecoder({
      onMessage: (data, start, end, framingBytes) => {
        if (this.#socket === null) return;
        this.#cursor += 1;
        this.#undecoded -= framingBytes + end - start;
        const counts = recorder.delivered(plan.index, data, start, end, this.#receivedUs);
        ledger.add('down', 'payload', end - start, counts);
        ledger.add('down', 'framing', framingBytes, counts);
        this.#socket.bookRecords('down', ledger, counts);
        owner.onDelivered();
      },
      onControl: (opcode, data, start, end, wireBytes) => {
        if (this.#socket === null) return;
        this.#undecoded -= wireBytes;
        const counts = window.contains(this.#receivedUs);
        ledger.add('down', 'control', wireBytes, counts);
        this.#socket.bookRecords('down', ledger, counts);
        if (opcode === OPCODE.ping) this.#pong(data.subarray(start, end));
        if (opcode === OPCODE.close) this.#over('lost', 'the server closed the WebSocket');
      },
    });
  }

  get cursor(): string {
    return String(this.#cursor);
  }

  connect(): void {
    const { target, totals, ledger, headers } = this.#context;
    const head = upgradeRequests(hostHeader(target), headers)(this.#path, this.#key);
    this.#socket = new WireSocket(target, totals, {
      onConnect: () => this.#owner.onConnect(),
      onData: (bytes, end, receivedUs) => this.#receive(bytes, end, receivedUs),
      onClose: (reason) => this.#over('lost', reason ?? 'the server ended the WebSocket'),
    });
    this.#socket.write(head);
    ledger.add('up', 'handshake', head.length, this.#beginning.counts);
    this.#socket.bookRecords('up', ledger, this.#beginning.counts);
  }

  /** Whether it is not over. */
  get open(): boolean {
    return this.#socket !== null;
  }

  /** Sends a text frame, unless it is over; `counts` says whether its message was due in the window. */
  send(payload: Buffer, counts: boolean): void {
    if (this.#socket === null) return;
    const { ledger } = this.#context;
    this.#socket.write(encodeFrame(OPCODE.text, payload, nextMask()));
    ledger.add('up', 'payload', payload.length, counts);
    ledger.add('up', 'framing', frameHeaderBytes(payload.length, true), counts);
    this.#socket.bookRecords('up', ledger, counts);
  }

  ping(): void {
    this.#control(OPCODE.ping, EMPTY);
  }

  close(): void {
    const { ledger } = this.#context;
    ledger.add('down', 'framing', this.#undecoded, false);
    this.#undecoded = 0;
    this.#socket?.bookRecords('down', ledger, false);
    this.#socket?.destroy();
    this.#socket?.bookRest(ledger, this.#beginning.counts);
    this.#socket = null;
  }

  #pong(payload: Buffer): void {
    if (this.#socket !== null && this.#socket.backlogBytes > MAX_BACKLOG_BYTES) return;
    this.#control(OPCODE.pong, payload);
  }

  #control(opcode: number, payload: Buffer): void {
    if (this.#socket === null) return;
    const { ledger, window } = this.#context;
    const frame = encodeFrame(opcode, payload, nextMask());
    this.#socket.write(frame);
    const counts = window.contains(nowUs());
    ledger.add('up', 'control', frame.length, counts);
    this.#socket.bookRecords('up', ledger, counts);
  }

  #receive(bytes: Buffer, end: number, receivedUs: number): void {
    this.#receivedUs = receivedUs;
    this.#undecoded += end;
    try {
      const start = this.#upgraded ? 0 : this.#handshake.decode(bytes, 0, end);
      if (this.#upgraded) this.#frames.decode(bytes, start, end);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#over('wrong', error.message);
    }
  }

  #over(kind: Over['kind'], reason: string): void {
    if (this.#socket === null) return;
    this.close();
    this.#owner.onOver({ kind, reason });
  }
}

const EMPTY = Buffer.alloc(0);

/**
 * A server that has left so much unread gets no further pong: not every ping needs one (RFC 6455
 * §5.5.3), and one that pings without end and reads nothing would fill the memory with them.
 */
const MAX_BACKLOG_BYTES = 65_536;

/** Masks must be unpredictable (RFC 6455 §5.3); drawn by the thousand, since a draw costs a system call. */
const MASKS = Buffer.alloc(4096);
let nextMaskAt = MASKS.length;

function nextMask(): Buffer {
  if (nextMaskAt === MASKS.length) {
    randomFillSync(MASKS);
    nextMaskAt = 0;
  }
  nextMaskAt += 4;
  return MASKS.subarray(nextMaskAt - 4, nextMaskAt);
}
