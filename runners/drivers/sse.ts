import { ROUTES } from '../../servers/contract.ts';
import { EventStreamDecoder } from '../wire/event-stream.ts';
import { HttpResponseDecoder } from '../wire/http-response.ts';
import type { OwnAccount } from '../wire/ledger.ts';
import { ProtocolError } from '../wire/protocol-error.ts';
import { hostHeader, WireSocket } from '../wire/socket.ts';
import type { Client, ClientPlan, Driver, DriverContext } from './driver.ts';
import { Opening } from './opening.ts';
import { postingBeside } from './posting.ts';

/** Server-Sent Events: one response that never ends (WHATWG HTML §9.2). */
export const sse: Driver = {
  transport: 'sse',
  subscriber,
  connectionsPerSender: 2,
  answers: false,
  exchange: {
    missing: 'Server-Sent Events carry messages down only; a request is a plain HTTP request, as in polling',
  },
};

function subscriber(context: DriverContext, plan: ClientPlan): Client {
  const stream = new EventStream(context, plan);
  return postingBeside(context, plan, stream, () => {});
}

/** What the bytes between two events belong to: what came before them in their chunk. */
type Before = 'opening' | 'comment' | 'event in the window' | 'event outside';

const ACCOUNT_AFTER = {
  opening: 'handshake',
  comment: 'control',
  'event in the window': 'framing',
  'event outside': 'framing',
} as const satisfies Record<Before, OwnAccount>;

/** One stream of events, its bytes booked event by event. The end of an event's chunk belongs to the event. */
class EventStream {
  readonly #context: DriverContext;
  readonly #plan: ClientPlan;
  readonly #opening = new Opening();
  readonly #response: HttpResponseDecoder;
  readonly #events: EventStreamDecoder;
  #socket: WireSocket | null = null;
  #receivedUs = 0;
  /** Bytes that came and that the response's decoder has not passed on. */
  #undecoded = 0;
  /** Chunk sizes and chunk ends that are not booked yet. */
  #chunkBytes = 0;
  /** Of what the event decoder consumed, so much is booked. */
  #bookedBody = 0;
  #before: Before = 'opening';

  constructor(context: DriverContext, plan: ClientPlan) {
    this.#context = context;
    this.#plan = plan;
    // What follows the end of the stream in its segment has been booked as a whole.
    this.#events = new EventStreamDecoder({
      onEvent: (data, start, end) => this.#event(data, start, end),
      onComment: (text, start, end) => this.#comment(text.toString('latin1', start, end)),
    });
    this.#response = new HttpResponseDecoder({
      onHead: (status, _headers, headBytes) => {
        this.#undecoded -= headBytes;
        context.ledger.add('down', 'handshake', headBytes, true);
        this.#socket?.bookRecords('down', context.ledger, true);
        if (status !== 200) this.#over(`the event stream was answered with ${status}`);
      },
      onBody: (bytes, start, end) => {
        if (this.#socket === null) return;
        this.#undecoded -= end - start;
        this.#events.decode(bytes, start, end);
      },
      onFraming: (byteCount) => {
        if (this.#socket === null) return;
        this.#undecoded -= byteCount;
        this.#chunkBytes += byteCount;
      },
      onChunkEnd: () => {
        if (this.#events.betweenEvents) this.#book(this.#takeUnbooked());
      },
      onEnd: () => this.#over('the server ended the event stream'),
    });
  }

  /** Resolves when the server says that it has subscribed. */
  open(): Promise<void> {
    const { target, totals, ledger } = this.#context;
    const head =
      `GET ${ROUTES.events}?channel=${this.#plan.channel} HTTP/1.1\r\n` +
      `Host: ${hostHeader(target)}\r\nAccept: text/event-stream\r\n\r\n`;
    return this.#opening.begin(() => {
      this.#socket = new WireSocket(target, totals, {
        onConnect: () => {},
        onData: (bytes, end, receivedUs) => this.#receive(bytes, end, receivedUs),
        onClose: (reason) => this.#over(reason ?? 'the server ended the event stream'),
      });
      this.#socket.write(head);
      ledger.add('up', 'handshake', head.length, true);
      this.#socket.bookRecords('up', ledger, true);
    });
  }

  close(): void {
    const { ledger } = this.#context;
    ledger.add('down', 'framing', this.#undecoded + this.#takeUnbooked(), false);
    this.#undecoded = 0;
    this.#socket?.bookRecords('down', ledger, false);
    this.#socket?.destroy();
    this.#socket?.bookRest(ledger, true);
    this.#socket = null;
  }

  #receive(bytes: Buffer, end: number, receivedUs: number): void {
    this.#receivedUs = receivedUs;
    this.#undecoded += end;
    try {
      this.#response.decode(bytes, 0, end);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#over(error.message);
    }
  }

  #event(data: Buffer, start: number, end: number): void {
    const { recorder, ledger } = this.#context;
    const counts = recorder.delivered(this.#plan.index, data, start, end, this.#receivedUs);
    this.#before = counts ? 'event in the window' : 'event outside';
    const payload = end - start;
    ledger.add('down', 'payload', payload, counts);
    this.#book(this.#takeUnbooked() - payload);
  }

  #comment(text: string): void {
    const opens = text === 'subscribed' && this.#opening.pending;
    this.#before = opens || this.#opening.pending ? 'opening' : 'comment';
    this.#book(this.#takeUnbooked());
    if (!opens) return;
    this.#context.recorder.requests.total += 1;
    this.#opening.succeed();
  }

  #takeUnbooked(): number {
    const bytes = this.#chunkBytes + this.#events.consumed - this.#bookedBody;
    this.#chunkBytes = 0;
    this.#bookedBody = this.#events.consumed;
    return bytes;
  }

  #book(bytes: number): void {
    const { ledger, window } = this.#context;
    const before = this.#before;
    const counts = before === 'comment' ? window.contains(this.#receivedUs) : before !== 'event outside';
    ledger.add('down', ACCOUNT_AFTER[before], bytes, counts);
    this.#socket?.bookRecords('down', ledger, counts);
  }

  #over(reason: string): void {
    if (this.#socket === null) return;
    this.close();
    if (this.#opening.pending) this.#opening.fail(reason);
    else this.#context.recorder.fault(reason);
  }
}
