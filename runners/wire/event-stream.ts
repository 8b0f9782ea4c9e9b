import { Carry, carriedBytes } from './carry.ts';
import { countIn } from './count.ts';
import { findLineEnd } from './line-end.ts';
import { ProtocolError } from './protocol-error.ts';

/** What a decoder of an event stream tells. */
export interface EventStreamEvents {
  /**
   * An event is dispatched: its data lines, joined with LF, as a view that is valid only during
   * the call. Its id is the decoder's {@link EventStreamDecoder.lastEventId}, asked for there
   * because making a string of it for every event would cost as much as the decoding.
   */
  onEvent(data: Buffer, start: number, end: number): void;
  /** A comment line: what follows its colon and one space, as a view that is valid only during the call. */
  onComment(text: Buffer, start: number, end: number): void;
}

export interface EventStreamLimits {
  /** Most bytes of one event or line that are stored while they are incomplete. */
  readonly maxEventBytes: number;
}

/** Sixteen times the contract's largest frame. */
const DEFAULT_LIMITS: EventStreamLimits = { maxEventBytes: 1 << 24 };

const LF = 10;
const CR = 13;
const SPACE = 0x20;
const COLON = 0x3a;
const DATA = Buffer.from('data');
const ID = Buffer.from('id');
const NOTHING = Buffer.alloc(0);

/**
 * Decodes one event stream (WHATWG HTML, "9.2.6 Interpreting an event stream") in segments of any
 * size. `event` and `retry` are read over: the contract has one kind of event, and reconnecting
 * is the driver's to decide.
 *
 * An event that lies within one segment and has one data line is passed on without a copy.
 */
export class EventStreamDecoder {
  readonly #events: EventStreamEvents;
  readonly #maxEventBytes: number;
  // Both are there from the first time on that they are needed: what is not there is not looked at with every
  // event, which of thousands of streams in turn is each time a fetch from memory.
  /** The beginning of a line whose end is in a later segment. */
  #line: Carry | null = null;
  /** The data buffer of the standard, each line with its LF, once a view will not do. */
  #data: Carry | null = null;
  /** The first data line while it is the only one and this segment's bytes are still there. */
  #view: Buffer = NOTHING;
  #viewStart = 0;
  #viewEnd = -1;
  /** The standard's "last event ID buffer", which becomes the last event id with the next blank line. */
  #idBuffer: number | string = '';
  #lastId: number | string = '';
  #consumed = 0;
  #inEvent = false;
  #firstLine = true;
  /** A line ended in CR at the end of a segment: an LF that comes next belongs to it. */
  #afterCr = false;

  constructor(events: EventStreamEvents, limits: EventStreamLimits = DEFAULT_LIMITS) {
    this.#events = events;
    this.#maxEventBytes = limits.maxEventBytes;
  }

  /**
   * Bytes consumed so far. Within `onEvent` the blank line that dispatched the event is the last
   * of them; only the LF of a blank line's CRLF that is cut in two counts when it comes.
   */
  get consumed(): number {
    return this.#consumed;
  }

  /** True while nothing of a next event has begun: no field of one, no part of a line. */
  get betweenEvents(): boolean {
    return !this.#inEvent && carriedBytes(this.#line) === 0;
  }

  /** The id of the latest event that had one, to resume from; empty before. */
  get lastEventId(): string {
    return String(this.#lastId);
  }

  /** @throws ProtocolError `event-too-large`; the decoder must not be used after. */
  decode(buffer: Buffer, start: number, end: number): void {
    const before = this.#consumed - start;
    let at = start;
    if (this.#afterCr && at < end) {
      this.#afterCr = false;
      if (buffer[at] === LF) at += 1;
    }
    try {
      while (at < end) {
        const lineEnd = findLineEnd(buffer, at, end);
        if (lineEnd === -1) break;
        let next = lineEnd + 1;
        if (buffer[lineEnd] === CR) {
          if (next === end) this.#afterCr = true;
          else if (buffer[next] === LF) next += 1;
        }
        this.#consumed = before + next;
        this.#endLine(buffer, at, lineEnd);
        at = next;
      }
    } finally {
      // All of a segment is consumed, also of one that is refused in the middle.
      this.#consumed = before + end;
    }
    this.#storeView();
    if (at < end) this.#storeLine(buffer, at, end);
  }

  #endLine(buffer: Buffer, start: number, end: number): void {
    if (carriedBytes(this.#line) === 0) {
      this.#readLine(buffer, start, end);
      return;
    }
    const line = this.#storeLine(buffer, start, end);
    const { bytes, length } = line;
    line.clear();
    this.#readLine(bytes, 0, length);
  }

  #readLine(bytes: Buffer, lineStart: number, end: number): void {
    let start = lineStart;
    if (this.#firstLine) {
      this.#firstLine = false;
      if (
        bytes[start] === 0xef &&
        bytes[start + 1] === 0xbb &&
        bytes[start + 2] === 0xbf &&
        start + 3 <= end
      ) {
        start += 3;
      }
    }
    if (start === end) {
      this.#dispatch();
      return;
    }
    if (bytes[start] === COLON) {
      this.#events.onComment(
        bytes,
        bytes[start + 1] === SPACE && start + 1 < end ? start + 2 : start + 1,
        end,
      );
      return;
    }
    this.#inEvent = true;
    const data = valueStart(DATA, bytes, start, end);
    if (data !== -1) {
      this.#addData(bytes, data, end);
      return;
    }
    const id = valueStart(ID, bytes, start, end);
    if (id !== -1) this.#setId(bytes, id, end);
  }

  #addData(bytes: Buffer, start: number, end: number): void {
    if (this.#viewEnd === -1 && carriedBytes(this.#data) === 0) {
      this.#view = bytes;
      this.#viewStart = start;
      this.#viewEnd = end;
      return;
    }
    this.#storeView();
    this.#storeData(bytes, start, end);
  }

  /** The caller's buffer and the line's store are about to be reused. */
  #storeView(): void {
    if (this.#viewEnd === -1) return;
    this.#storeData(this.#view, this.#viewStart, this.#viewEnd);
    this.#view = NOTHING;
    this.#viewEnd = -1;
  }

  #setId(bytes: Buffer, start: number, end: number): void {
    const count = countIn(bytes, start, end);
    if (count !== -1) {
      this.#idBuffer = count;
      return;
    }
    for (let at = start; at < end; at += 1) if (bytes[at] === 0) return;
    this.#idBuffer = bytes.toString('utf8', start, end);
  }

  #dispatch(): void {
    this.#inEvent = false;
    this.#lastId = this.#idBuffer;
    if (this.#viewEnd !== -1) {
      const end = this.#viewEnd;
      this.#viewEnd = -1;
      this.#events.onEvent(this.#view, this.#viewStart, end);
    } else if (this.#data !== null && this.#data.length > 0) {
      const { bytes, length } = this.#data;
      this.#data.clear();
      // Without the LF behind the last line. An event with no data line is not dispatched.
      this.#events.onEvent(bytes, 0, length - 1);
    }
  }

  #storeLine(bytes: Buffer, start: number, end: number): Carry {
    this.#makeSure(end - start);
    this.#line ??= new Carry();
    this.#line.append(bytes, start, end);
    return this.#line;
  }

  /** A data line, which the standard ends in LF. */
  #storeData(bytes: Buffer, start: number, end: number): void {
    this.#makeSure(end - start + 1);
    this.#data ??= new Carry();
    this.#data.append(bytes, start, end);
    this.#data.append(LINE_FEED, 0, 1);
  }

  /** Makes sure that there may be so many more bytes of the event. */
  #makeSure(bytes: number): void {
    if (carriedBytes(this.#data) + carriedBytes(this.#line) + bytes <= this.#maxEventBytes) return;
    // Its owner may live on for the length of a trial, and so may thousands of others.
    this.#data?.clear();
    this.#line?.clear();
    throw new ProtocolError('event-too-large', `an event of more than ${this.#maxEventBytes} bytes`);
  }
}

const LINE_FEED = Buffer.from('\n');

/** Where the value of a line begins if its field is `name`; -1 if it is another field's. */
function valueStart(name: Buffer, bytes: Buffer, start: number, end: number): number {
  const nameEnd = start + name.length;
  if (nameEnd > end) return -1;
  for (let index = 0; index < name.length; index += 1) if (bytes[start + index] !== name[index]) return -1;
  if (nameEnd === end) return end;
  if (bytes[nameEnd] !== COLON) return -1;
  return bytes[nameEnd + 1] === SPACE && nameEnd + 1 < end ? nameEnd + 2 : nameEnd + 1;
}
