import type { SocketDialect } from '../../servers/dialect.ts';
import { nowUs } from '../clock.ts';
import { HttpResponseDecoder, type ResponseEvents } from '../wire/http-response.ts';
import { MessageInflater } from '../wire/message-inflater.ts';
import { shareOf } from '../wire/proportion.ts';
import { type Over, ProtocolError } from '../wire/protocol-error.ts';
import type { ResponseHeaders } from '../wire/response-head.ts';
import { type SocketEvents, WireSocket } from '../wire/socket.ts';
import { hostHeader } from '../wire/target.ts';
import type { ControlOpcode, FrameEvents } from '../wire/websocket-frames.ts';
import { MAX_MESSAGE_BYTES, OPCODE, WebSocketDecoder } from '../wire/websocket-frames.ts';
import { checkUpgrade, newKey, upgradeRequests } from '../wire/websocket-handshake.ts';
import type { ClientPlan, DriverContext } from './driver.ts';
import { countCompressed, SocketEnvelope } from './envelope.ts';
import { FrameCursor } from './frame-cursor.ts';
import { FramesUp } from './frames-up.ts';
import { GONE, GoneStream } from './gone.ts';
import type { Beginning, StreamConnection, StreamEvents } from './resuming.ts';

/** One WebSocket. It listens itself to its decoders: with closures, an idle one took 5.4 kB of heap and not 2.5. */
export class FrameSocket implements StreamConnection, SocketEvents, ResponseEvents, FrameEvents {
  readonly #context: DriverContext;
  readonly #plan: ClientPlan;
  readonly #dialect: SocketDialect;
  readonly #beginning: Beginning;
  readonly #owner: StreamEvents;
  readonly #key = newKey();
  /** The decoder of what comes now: of the answer to the upgrade, then of frames. */
  #handshake: HttpResponseDecoder | null = new HttpResponseDecoder(this);
  #frames: WebSocketDecoder | null = null;
  readonly #cursor: FrameCursor;
  #gone: GoneStream | null = null;
  #socket: WireSocket | null = null;
  #subscribed = false;
  #envelope: SocketEnvelope | null = null;
  #inflater: MessageInflater | null = null;
  #up: FramesUp | null = null;
  // Of the message that came last.
  #bodyBytes = 0;
  #deflated = false;
  #receivedUs = 0;
  /** Bytes that came and that no decoder has passed on. */
  #undecoded = 0;

  constructor(
    context: DriverContext,
    plan: ClientPlan,
    dialect: SocketDialect,
    beginning: Beginning,
    owner: StreamEvents,
  ) {
    this.#context = context;
    this.#plan = plan;
    this.#dialect = dialect;
    this.#beginning = beginning;
    this.#cursor = new FrameCursor(beginning.after ?? '0');
    this.#owner = owner;
  }

  get cursor(): string {
    return this.#cursor.value;
  }

  connect(): void {
    const { target, totals, ledger, headers, compression } = this.#context;
    const { path, subprotocol } = this.#dialect;
    const compose = upgradeRequests(hostHeader(target), headers, subprotocol, compression);
    const head = compose(path(this.#plan.channel, this.#beginning.after), this.#key);
    this.#socket = new WireSocket(target, totals, this);
    this.#up = new FramesUp(this.#socket, ledger);
    this.#socket.write(head);
    ledger.add('up', 'handshake', head.length, this.#beginning.counts);
    this.#socket.bookRecords('up', ledger, this.#beginning.counts);
  }

  /** Whether it is not over. */
  get open(): boolean {
    return this.#socket !== null;
  }

  /** Sends a message, unless it is over; `counts` says whether it was due in the window. */
  send(payload: Buffer, counts: boolean): void {
    if (this.#socket === null) return;
    const text = this.#dialect.carry?.(payload, this.#plan.channel) ?? payload;
    this.#up?.send(text, Math.min(payload.length, text.length), counts);
  }

  ping(): void {
    this.#control(OPCODE.ping, Buffer.alloc(0));
  }

  close(): void {
    const { ledger } = this.#context;
    ledger.add('down', 'framing', this.#undecoded, false);
    this.#undecoded = 0;
    this.#socket?.bookRecords('down', ledger, false);
    this.#socket?.destroy();
    this.#socket?.bookRest(ledger, this.#beginning.counts);
    this.#socket = null;
    this.#inflater = null;
  }

  onConnect(): void {
    this.#owner.onConnect();
  }

  onClose(reason: string | null): void {
    this.#over('lost', reason ?? 'the server ended the WebSocket');
  }

  onData(bytes: Buffer, end: number, receivedUs: number): void {
    this.#receivedUs = receivedUs;
    this.#undecoded += end;
    try {
      const start = this.#handshake?.decode(bytes, 0, end) ?? 0;
      if (this.#frames === null) return;
      this.#handshake = null;
      this.#frames.decode(bytes, start, end);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#over('wrong', error.message);
    }
  }

  onMessage(data: Buffer, start: number, end: number, framingBytes: number, deflated: boolean): void {
    // What follows the end of the connection in its segment has been booked as a whole.
    if (this.#socket === null) return;
    this.#bodyBytes = end - start;
    this.#deflated = deflated;
    const inflated = deflated ? this.#inflater?.inflate(data, start, end) : undefined;
    this.#took(inflated?.bytes ?? data, inflated?.start ?? start, inflated?.end ?? end, framingBytes);
  }

  #took(data: Buffer, start: number, end: number, framingBytes: number): void {
    if (this.#socket === null) return;
    if (this.#dialect.hear !== undefined) {
      this.#heard(data, start, end, framingBytes);
      return;
    }
    this.#undecoded -= framingBytes + this.#bodyBytes;
    const { recorder, ledger } = this.#context;
    this.#cursor.passed(1);
    const counts = recorder.delivered(this.#plan.index, data, start, end, this.#receivedUs);
    if (counts && this.#deflated) countCompressed(recorder);
    ledger.add('down', 'payload', this.#bodyBytes, counts);
    ledger.add('down', 'framing', framingBytes, counts);
    this.#socket.bookRecords('down', ledger, counts);
    this.#owner.onDelivered?.();
  }

  onControl(opcode: ControlOpcode, data: Buffer, start: number, end: number, wireBytes: number): void {
    if (this.#socket === null) return;
    const { ledger, window } = this.#context;
    this.#undecoded -= wireBytes;
    const counts = window.contains(this.#receivedUs);
    ledger.add('down', 'control', wireBytes, counts);
    this.#socket.bookRecords('down', ledger, counts);
    if (opcode === OPCODE.ping && this.#up?.isBlocked === false)
      this.#control(OPCODE.pong, data.subarray(start, end));
    if (opcode === OPCODE.close) this.#over('lost', 'the server closed the WebSocket');
  }

  onHead(status: number, headers: ResponseHeaders, headBytes: number): void {
    const { recorder, ledger, compression } = this.#context;
    const dialect = this.#dialect;
    const { counts, after } = this.#beginning;
    this.#undecoded -= headBytes;
    ledger.add('down', 'handshake', headBytes, counts);
    this.#socket?.bookRecords('down', ledger, counts);
    if (status === GONE && dialect.gone !== undefined && after !== null) {
      this.#gone = new GoneStream(dialect.gone);
      return;
    }
    const deflating = checkUpgrade(status, headers, this.#key, dialect.subprotocol, compression);
    if (deflating !== null) {
      this.#inflater = new MessageInflater(deflating.serverContext, MAX_MESSAGE_BYTES);
      this.#up?.compress(deflating);
    }
    this.#frames = new WebSocketDecoder(this, deflating === null ? null : { deflates: true });
    if (counts) recorder.requests.total += 1;
    for (const text of dialect.hello?.(this.#plan.channel) ?? []) this.#say(text);
    if (dialect.subscribedBy !== 'hear') this.#subscribe();
  }

  onBody(bytes: Buffer, start: number, end: number): void {
    this.#gone?.add(bytes, start, end);
  }

  onFraming(): void {}
  onChunkEnd(): void {}
  onEnd(): void {
    if (this.#gone === null) return;
    this.#cursor.beginAt(this.#gone.cursor());
    this.#over('wrong', `the WebSocket was answered with ${GONE}`);
  }

  #subscribe(): void {
    if (this.#subscribed) return;
    this.#subscribed = true;
    this.#owner.onSubscribed();
  }

  /** A message that is not simply a frame: it carries some, or is of the protocol. */
  #heard(data: Buffer, start: number, end: number, framingBytes: number): void {
    const { recorder, ledger, window } = this.#context;
    this.#envelope ??= new SocketEnvelope(recorder, this.#plan.index, {
      subscribed: () => this.#subscribe(),
      say: (text) => this.#say(text),
      cursor: (after) => this.#cursor.told(after),
    });
    const envelope = this.#envelope;
    const wasSubscribed = this.#subscribed;
    envelope.begin(this.#receivedUs, false);
    envelope.isCompressed = this.#deflated;
    this.#dialect.hear?.(data, start, end, envelope, this.#plan.channel);
    // What it did not understand, or ended the connection with, is booked as a whole.
    if (this.#socket === null) return;
    const wireBytes = framingBytes + this.#bodyBytes;
    this.#undecoded -= wireBytes;
    if (envelope.frames > 0) {
      const payload = shareOf(this.#bodyBytes, envelope.payloadOf(end - start), end - start);
      ledger.add('down', 'payload', payload, envelope.inWindow);
      ledger.add('down', 'framing', wireBytes - payload, envelope.inWindow);
      this.#socket.bookRecords('down', ledger, envelope.inWindow);
      this.#cursor.passed(envelope.frames);
      this.#owner.onDelivered?.();
    } else {
      const counts = wasSubscribed ? window.contains(this.#receivedUs) : this.#beginning.counts;
      ledger.add('down', wasSubscribed ? 'control' : 'handshake', wireBytes, counts);
      this.#socket.bookRecords('down', ledger, counts);
    }
  }

  #say(text: string): void {
    if (this.#up?.isBlocked !== false) return;
    if (this.#subscribed) this.#control(OPCODE.text, Buffer.from(text));
    else this.#up.write(OPCODE.text, Buffer.from(text), 'handshake', this.#beginning.counts);
  }

  #control(opcode: number, payload: Buffer): void {
    if (this.#socket === null) return;
    this.#up?.write(opcode, payload, 'control', this.#context.window.contains(nowUs()));
  }

  #over(kind: Over['kind'], reason: string): void {
    if (this.#socket === null) return;
    this.close();
    this.#owner.onOver({ kind, reason });
  }
}
