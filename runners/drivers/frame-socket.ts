import type { SocketDialect } from '../../servers/dialect.ts';
import { nowUs } from '../clock.ts';
import { HttpResponseDecoder } from '../wire/http-response.ts';
import { nextMask } from '../wire/masks.ts';
import { type Over, ProtocolError } from '../wire/protocol-error.ts';
import { hostHeader, WireSocket } from '../wire/socket.ts';
import { encodeFrame, frameHeaderBytes, OPCODE, WebSocketDecoder } from '../wire/websocket-frames.ts';
import { checkUpgrade, newKey, upgradeRequests } from '../wire/websocket-handshake.ts';
import type { ClientPlan, DriverContext } from './driver.ts';
import { SocketEnvelope } from './envelope.ts';
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
  readonly #plan: ClientPlan;
  readonly #dialect: SocketDialect;
  readonly #beginning: Beginning;
  readonly #owner: FrameSocketEvents;
  readonly #key = newKey();
  readonly #handshake: HttpResponseDecoder;
  readonly #frames: WebSocketDecoder;
  /** What it resumes behind: as it was told last; where frames carry no cursor, it grows by one a frame. */
  #after: string;
  #countsFrames = true;
  #framesSince = 0;
  #gone: GoneStream | null = null;
  #socket: WireSocket | null = null;
  #upgraded = false;
  #subscribed = false;
  #envelope: SocketEnvelope | null = null;
  #receivedUs = 0;
  /** Bytes that came and that no decoder has passed on. */
  #undecoded = 0;

  constructor(
    context: DriverContext,
    plan: ClientPlan,
    dialect: SocketDialect,
    beginning: Beginning,
    owner: FrameSocketEvents,
  ) {
    this.#context = context;
    this.#plan = plan;
    this.#dialect = dialect;
    this.#beginning = beginning;
    this.#after = beginning.after ?? '0';
    this.#owner = owner;
    const { ledger, recorder, window } = context;
    this.#handshake = new HttpResponseDecoder({
      onHead: (status, headers, headBytes) => {
        this.#undecoded -= headBytes;
        ledger.add('down', 'handshake', headBytes, beginning.counts);
        this.#socket?.bookRecords('down', ledger, beginning.counts);
        if (status === GONE && dialect.gone !== undefined && beginning.after !== null) {
          this.#gone = new GoneStream(dialect.gone);
          return;
        }
        checkUpgrade(status, headers, this.#key, dialect.subprotocol);
        this.#upgraded = true;
        if (beginning.counts) recorder.requests.total += 1;
        for (const text of dialect.hello?.(plan.channel) ?? []) this.#say(text);
        if (dialect.subscribedBy !== 'hear') this.#subscribe();
      },
      onBody: (bytes, start, end) => this.#gone?.add(bytes, start, end),
      onFraming: () => {},
      onChunkEnd: () => {},
      onEnd: () => {
        if (this.#gone === null) return;
        this.#after = this.#gone.cursor();
        this.#over('wrong', `the WebSocket was answered with ${GONE}`);
      },
    });
    // What follows the end of the connection in its segment has been booked as a whole.
    this.#frames = new WebSocketDecoder({
      onMessage: (data, start, end, framingBytes) => {
        if (this.#socket === null) return;
        if (dialect.hear !== undefined) {
          this.#heard(data, start, end, framingBytes);
          return;
        }
        this.#undecoded -= framingBytes + end - start;
        this.#framesSince += 1;
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
    return this.#framesSince === 0 ? this.#after : String(Number(this.#after) + this.#framesSince);
  }

  connect(): void {
    const { target, totals, ledger, headers } = this.#context;
    const { path, subprotocol } = this.#dialect;
    const compose = upgradeRequests(hostHeader(target), headers, subprotocol);
    const head = compose(path(this.#plan.channel, this.#beginning.after), this.#key);
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
    const text = this.#dialect.carry?.(payload, this.#plan.channel) ?? payload;
    const payloadBytes = Math.min(payload.length, text.length);
    this.#socket.write(encodeFrame(OPCODE.text, text, nextMask()));
    ledger.add('up', 'payload', payloadBytes, counts);
    ledger.add('up', 'framing', frameHeaderBytes(text.length, true) + text.length - payloadBytes, counts);
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
      cursor: (after) => {
        this.#after = after;
        this.#countsFrames = false;
      },
    });
    const envelope = this.#envelope;
    const wasSubscribed = this.#subscribed;
    envelope.begin(this.#receivedUs, false);
    this.#dialect.hear?.(data, start, end, envelope, this.#plan.channel);
    // What it did not understand, or ended the connection with, is booked as a whole.
    if (this.#socket === null) return;
    const wireBytes = framingBytes + end - start;
    this.#undecoded -= wireBytes;
    if (envelope.frames > 0) {
      const payload = envelope.payloadOf(end - start);
      ledger.add('down', 'payload', payload, envelope.inWindow);
      ledger.add('down', 'framing', wireBytes - payload, envelope.inWindow);
      this.#socket.bookRecords('down', ledger, envelope.inWindow);
      if (this.#countsFrames) this.#framesSince += envelope.frames;
      this.#owner.onDelivered();
    } else {
      const counts = wasSubscribed ? window.contains(this.#receivedUs) : this.#beginning.counts;
      ledger.add('down', wasSubscribed ? 'control' : 'handshake', wireBytes, counts);
      this.#socket.bookRecords('down', ledger, counts);
    }
  }

  /** Says something of the protocol. */
  #say(text: string): void {
    if (this.#socket === null || this.#socket.backlogBytes > MAX_BACKLOG_BYTES) return;
    const { ledger, window } = this.#context;
    const frame = encodeFrame(OPCODE.text, Buffer.from(text), nextMask());
    this.#socket.write(frame);
    const counts = this.#subscribed ? window.contains(nowUs()) : this.#beginning.counts;
    ledger.add('up', this.#subscribed ? 'control' : 'handshake', frame.length, counts);
    this.#socket.bookRecords('up', ledger, counts);
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
