import type { StreamDialect } from '../../servers/dialect.ts';
import { ACCEPTS_GZIP, isGzip, takesCodings } from '../wire/content-coding.ts';
import { EventStreamDecoder, type EventStreamEvents } from '../wire/event-stream.ts';
import { HttpResponseDecoder, type ResponseEvents } from '../wire/http-response.ts';
import type { OwnAccount } from '../wire/ledger.ts';
import { shareOf } from '../wire/proportion.ts';
import { type Over, ProtocolError } from '../wire/protocol-error.ts';
import { fieldLine, RequestHead } from '../wire/request-head.ts';
import type { ResponseHeaders } from '../wire/response-head.ts';
import { type SocketEvents, WireSocket } from '../wire/socket.ts';
import { hostHeader } from '../wire/target.ts';
import type { ClientPlan, DriverContext } from './driver.ts';
import { countCompressed, Envelope } from './envelope.ts';
import { GONE, GoneStream } from './gone.ts';
import { GzipBody } from './gzip-body.ts';
import type { Beginning, StreamConnection, StreamEvents } from './resuming.ts';

/** What the bytes between two events belong to: what came before them in their chunk. */
type Before = 'opening' | 'comment' | 'event in the window' | 'event outside';

const ACCOUNT_AFTER = {
  opening: 'handshake',
  comment: 'control',
  'event in the window': 'framing',
  'event outside': 'framing',
} as const satisfies Record<Before, OwnAccount>;

/** One response of events, its bytes booked event by event. The end of an event's chunk belongs to the event. */
export class EventStream implements StreamConnection, SocketEvents, ResponseEvents, EventStreamEvents {
  readonly #context: DriverContext;
  readonly #plan: ClientPlan;
  readonly #dialect: StreamDialect;
  readonly #greeting: string | null;
  readonly #beginning: Beginning;
  readonly #owner: StreamEvents;
  readonly #response: HttpResponseDecoder;
  readonly #events: EventStreamDecoder;
  /** What the body is decoded by: the events themselves, unless it is compressed. */
  #body: EventStreamDecoder | GzipBody;
  /** What it resumes behind until an event has come; a channel that has had none yet begins at 0. */
  #after: string;
  #gone: GoneStream | null = null;
  #envelope: Envelope | null = null;
  #socket: WireSocket | null = null;
  #subscribed = false;
  #receivedUs = 0;
  /** Bytes that came and that the response's decoder has not passed on. */
  #undecoded = 0;
  /** Chunk sizes and chunk ends that are not booked yet. */
  #chunkBytes = 0;
  /** Of what is consumed of the body, so much is booked; and of what it was inflated to. */
  #bookedBody = 0;
  #bookedInflated = 0;
  #before: Before = 'opening';

  constructor(
    context: DriverContext,
    plan: ClientPlan,
    dialect: StreamDialect,
    beginning: Beginning,
    owner: StreamEvents,
  ) {
    this.#context = context;
    this.#plan = plan;
    this.#dialect = dialect;
    this.#greeting = typeof dialect.subscribedBy === 'object' ? dialect.subscribedBy.comment : null;
    this.#beginning = beginning;
    this.#after = beginning.after ?? dialect.beginning;
    this.#owner = owner;
    this.#events = new EventStreamDecoder(this);
    this.#body = this.#events;
    this.#response = new HttpResponseDecoder(this);
  }

  /** WHATWG HTML §9.2.6: the id of the last event that was dispatched, not of one that was half read. */
  get cursor(): string {
    return this.#events.lastEventId === '' ? this.#after : this.#events.lastEventId;
  }

  connect(): void {
    const { target, totals, ledger, headers, compression } = this.#context;
    const { after, counts } = this.#beginning;
    const resume = after === null || after === '' ? '' : fieldLine('Last-Event-ID', after);
    const own = { Accept: 'text/event-stream', ...(compression === 'none' ? {} : ACCEPTS_GZIP) };
    const request = new RequestHead(hostHeader(target), own, headers);
    const head = request.of('GET', this.#dialect.path(this.#plan.channel), resume);
    this.#socket = new WireSocket(target, totals, this);
    this.#socket.write(head);
    ledger.add('up', 'handshake', head.length, counts);
    this.#socket.bookRecords('up', ledger, counts);
  }

  close(): void {
    const { ledger } = this.#context;
    ledger.add('down', 'framing', this.#undecoded + this.#takeUnbooked(), false);
    this.#undecoded = 0;
    this.#socket?.bookRecords('down', ledger, false);
    this.#socket?.destroy();
    this.#socket?.bookRest(ledger, this.#beginning.counts);
    this.#socket = null;
  }

  onConnect(): void {
    this.#owner.onConnect();
  }

  onClose(reason: string | null): void {
    this.#over('lost', reason ?? 'the server ended the event stream');
  }

  onData(bytes: Buffer, end: number, receivedUs: number): void {
    this.#receivedUs = receivedUs;
    this.#undecoded += end;
    try {
      this.#response.decode(bytes, 0, end);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#over('wrong', error.message);
    }
  }

  onHead(status: number, headers: ResponseHeaders, headBytes: number): void {
    this.#undecoded -= headBytes;
    const { ledger, compression, headers: asked } = this.#context;
    const { counts } = this.#beginning;
    ledger.add('down', 'handshake', headBytes, counts);
    this.#socket?.bookRecords('down', ledger, counts);
    const { gone, subscribedBy } = this.#dialect;
    if (status === GONE && gone !== undefined && this.#beginning.after !== null)
      this.#gone = new GoneStream(gone);
    else if (status !== 200) this.#over('wrong', `the event stream was answered with ${status}`);
    else {
      if (takesCodings(compression, asked) && isGzip(headers)) this.#body = new GzipBody(this.#events);
      if (subscribedBy === 'head') this.#subscribe();
    }
  }

  // What follows the end of the stream in its segment has been booked as a whole.

  onBody(bytes: Buffer, start: number, end: number): void {
    if (this.#socket === null) return;
    if (this.#gone !== null) {
      this.#gone.add(bytes, start, end);
      return;
    }
    this.#undecoded -= end - start;
    this.#body.decode(bytes, start, end);
  }

  onFraming(byteCount: number): void {
    if (this.#socket === null) return;
    this.#undecoded -= byteCount;
    this.#chunkBytes += byteCount;
  }

  onChunkEnd(): void {
    if (this.#events.betweenEvents) this.#book(this.#takeUnbooked());
  }

  onEnd(): void {
    if (this.#gone === null) {
      this.#over('lost', 'the server ended the event stream');
      return;
    }
    this.#after = this.#gone.cursor();
    this.#over('wrong', `the event stream was answered with ${GONE}`);
  }

  onEvent(data: Buffer, start: number, end: number): void {
    if (this.#dialect.hear !== undefined) {
      this.#heard(data, start, end);
      return;
    }
    const { recorder } = this.#context;
    const counts = recorder.delivered(this.#plan.index, data, start, end, this.#receivedUs);
    this.#before = counts ? 'event in the window' : 'event outside';
    if (counts && this.#body !== this.#events) countCompressed(recorder);
    this.#bookEvent(end - start, counts);
  }

  /** An event that is not simply a frame: it carries some, or is of the protocol. */
  #heard(data: Buffer, start: number, end: number): void {
    this.#envelope ??= new Envelope(this.#context.recorder, this.#plan.index, () => this.#subscribe());
    const envelope = this.#envelope;
    this.#before = this.#subscribed ? 'comment' : 'opening';
    envelope.begin(this.#receivedUs, false);
    envelope.isCompressed = this.#body !== this.#events;
    this.#dialect.hear?.(data, start, end, envelope, this.#plan.channel);
    if (envelope.frames > 0) this.#before = envelope.inWindow ? 'event in the window' : 'event outside';
    this.#bookEvent(envelope.payloadOf(end - start), envelope.inWindow);
  }

  onComment(bytes: Buffer, start: number, end: number): void {
    const text = bytes.toString('latin1', start, end);
    this.#before = this.#subscribed ? 'comment' : 'opening';
    this.#book(this.#takeUnbooked());
    if (text === this.#greeting) this.#subscribe();
  }

  #subscribe(): void {
    if (this.#subscribed) return;
    this.#subscribed = true;
    if (this.#beginning.counts) this.#context.recorder.requests.total += 1;
    this.#owner.onSubscribed();
  }

  /** Books an event, of whose data so many bytes are payload: of the wire's, their share of what the event is. */
  #bookEvent(payloadBytes: number, counts: boolean): void {
    const inflated = this.#events.consumed - this.#bookedInflated;
    const payload = shareOf(this.#body.consumed - this.#bookedBody, payloadBytes, inflated);
    this.#context.ledger.add('down', 'payload', payload, counts);
    this.#book(this.#takeUnbooked() - payload);
  }

  #takeUnbooked(): number {
    const { consumed } = this.#body;
    const bytes = this.#chunkBytes + consumed - this.#bookedBody;
    this.#chunkBytes = 0;
    this.#bookedBody = consumed;
    this.#bookedInflated = this.#events.consumed;
    return bytes;
  }

  #book(bytes: number): void {
    const { ledger } = this.#context;
    const counts = this.#counts(this.#before);
    ledger.add('down', ACCOUNT_AFTER[this.#before], bytes, counts);
    this.#socket?.bookRecords('down', ledger, counts);
  }

  #counts(before: Before): boolean {
    switch (before) {
      case 'opening':
        return this.#beginning.counts;
      case 'comment':
        return this.#context.window.contains(this.#receivedUs);
      case 'event in the window':
        return true;
      case 'event outside':
        return false;
    }
  }

  #over(kind: Over['kind'], reason: string): void {
    if (this.#socket === null) return;
    this.close();
    this.#owner.onOver({ kind, reason });
  }
}
