import {
  encodeHistogram,
  type Histogram,
  newHistogram,
  newSliceHistogram,
} from '../../reports/results/histogram.ts';
import type { Measurements, ProcessUse } from '../../reports/results/schema.ts';
import { FILLER } from '../../scenarios/content.ts';
import { readStamp, type Stamp } from '../stamp.ts';
import type { Window } from '../window.ts';
import { Ledger } from '../wire/ledger.ts';
import type { Over } from '../wire/protocol-error.ts';
import { SocketTotals } from '../wire/socket-totals.ts';
import { DeliveryTrackers } from './delivery.ts';
import { Faults } from './faults.ts';
import { SentFrames } from './sent-frames.ts';
import type { Superseded } from './superseded.ts';

/** A message that is due. */
export interface Message {
  readonly stream: number;
  readonly sequence: number;
  readonly channel: number;
  /** CLOCK_MONOTONIC microseconds, whole. */
  readonly dueUs: number;
}

/** What the process that records knows beside what it records. */
export interface Surroundings {
  /** The accounts, where its sockets are the clients'; the publisher's are in none. */
  readonly clients: { readonly ledger: Ledger; readonly totals: SocketTotals } | null;
  readonly process: ProcessUse;
  /** Whether messages come in answers, so that answers with messages can be counted. */
  readonly answers: boolean;
}

/** What a process without clients has of them. */
const NO_CONNECTIONS: Measurements['connections'] = { asked: 0, opened: 0, reopened: 0, unrecovered: 0 };

/**
 * Everything that one process of the generator records. Only messages due in the window count;
 * that is judged here and nowhere else.
 */
export class Recorder {
  readonly messages = {
    due: 0,
    unsent: 0,
    expected: 0,
    received: 0,
    duplicated: 0,
    reordered: 0,
    negative: 0,
  };
  readonly requests = { total: 0, empty: 0, carrying: 0 };
  readonly subscribers = new DeliveryTrackers();
  readonly connections = { asked: 0, opened: 0, reopened: 0, unrecovered: 0 };
  /** What this process's slow clients got, where it has any: they are recorded by a recorder of their own. */
  slow: Measurements['slow'] = null;
  readonly #window: Window;
  /** What it sends. */
  readonly sent: SentFrames;
  readonly #intervalUs: number;
  readonly #latency = newHistogram();
  readonly #service = newHistogram();
  readonly #connect = newHistogram();
  readonly #recovery = newHistogram();
  readonly #loopDelay = newHistogram();
  readonly #intervals: { expected: number; latency: Histogram | null }[];
  readonly #faults = new Faults();
  readonly #stamp: Stamp = { stream: 0, sequence: 0, dueUs: 0, sentUs: 0 };
  /** Called when the last expected message has come. */
  onComplete: () => void = () => {};
  /** Whether messages of a stream have to come in order: those that each have a connection of their own need not. */
  inOrder = true;
  /** Whether clients connect again when their connection is lost, so that losing it is no fault. */
  clientsComeBack = false;
  /** Where subscribers ask for the newest message only: what it has replaced. */
  superseded: Superseded | null = null;
  /** Messages of the window that came compressed; `null` where nobody asks for it. */
  compressed: number | null = null;
  /** Whether a subscriber is to receive a stream: a frame of another channel makes up for none of its own. */
  isFor: (subscriber: number, stream: number) => boolean = () => true;
  /** How many messages the plan has for a stream, warm-up included. */
  lengthOf: (stream: number) => number = () => Number.POSITIVE_INFINITY;

  /**
   * @param payloadBytes length of the frames that it makes, and of those that it knows for this run's.
   * @param intervals how many equal parts of the measuring phase are recorded for themselves.
   * @param content what the frames that it makes are filled with.
   */
  constructor(window: Window, payloadBytes: number, intervals: number, content = FILLER) {
    this.#window = window;
    this.sent = new SentFrames(window, payloadBytes, content);
    this.#intervalUs = window.measureUs / intervals;
    this.#intervals = Array.from({ length: intervals }, () => ({ expected: 0, latency: null }));
  }

  /** A recorder of the same frames in the same window, for clients that are recorded apart from the others. */
  apart(): Recorder {
    return new Recorder(this.#window, this.sent.payloadBytes, 1);
  }

  /** Whether every expected message has come. */
  get complete(): boolean {
    return this.messages.received + (this.superseded?.count ?? 0) >= this.messages.expected;
  }

  /** A message of the plan will reach so many subscribers of this process. */
  expect(sinceWindowUs: number, subscribers: number): void {
    this.messages.expected += subscribers;
    const interval = this.#intervals[Math.floor(sinceWindowUs / this.#intervalUs)];
    if (interval !== undefined) interval.expected += subscribers;
  }

  /** The frame of a message, stamped as sent now: to be written at once. */
  frame(message: Message): Buffer {
    const frame = this.sent.unstamped(message);
    this.sent.stamp(frame, 0, message);
    return frame;
  }

  /** A message that was due and never handed over. */
  neverSent(message: Message): void {
    if (this.#window.contains(message.dueUs)) this.messages.unsent += 1;
  }

  /** A message that was handed over and that the server did not take. */
  unsent(message: Message): void {
    if (!this.#window.contains(message.dueUs)) return;
    this.sent.count -= 1;
    this.messages.unsent += 1;
  }

  /**
   * A frame has reached a subscriber.
   *
   * @returns whether its message was due in the window, which decides where its bytes belong.
   */
  delivered(subscriber: number, bytes: Buffer, start: number, end: number, receivedUs: number): boolean {
    const stamp = this.#stamp;
    if (end - start !== this.sent.payloadBytes || !readStamp(bytes, start, end, stamp)) {
      this.fault('a frame that this run did not send');
      return false;
    }
    if (!this.isFor(subscriber, stamp.stream)) {
      this.fault('a frame of another channel');
      return false;
    }
    if (stamp.sequence >= this.lengthOf(stamp.stream)) {
      this.fault('a frame that this run did not send');
      return false;
    }
    const tracker = this.subscribers.of(subscriber);
    this.superseded?.note(stamp, tracker.nextOf(stamp.stream));
    const arrival = tracker.arrived(stamp.stream, stamp.sequence);
    if (!this.#window.contains(stamp.dueUs)) return false;
    if (arrival === 'duplicated') {
      this.messages.duplicated += 1;
      return true;
    }
    if (arrival === 'reordered' && this.inOrder) this.messages.reordered += 1;
    this.messages.received += 1;
    this.#record(stamp, receivedUs);
    if (this.messages.received + (this.superseded?.count ?? 0) === this.messages.expected) this.onComplete();
    return true;
  }

  /** A client is connected and subscribed. */
  connected(tookUs: number): void {
    this.#connect.recordValue(Math.round(tookUs));
  }

  /** A client that lost its connection at one instant is subscribed again at another, in microseconds. */
  recovered(lostUs: number, backUs: number): void {
    if (this.#window.contains(lostUs)) this.#recovery.recordValue(Math.round(backUs - lostUs));
  }

  /** A connection is over that no one here has ended: a fault, unless the clients come back. */
  over({ kind, reason }: Over): void {
    if (kind === 'wrong' || !this.clientsComeBack) this.fault(reason);
  }

  /** A task of this process ran so much later than asked. */
  loopDelayed(lateUs: number): void {
    this.#loopDelay.recordValue(Math.max(0, Math.round(lateUs)));
  }

  /** Something that should not happen and is no reason to stop: counted by its reason. */
  fault(reason: string): void {
    this.#faults.add(reason);
  }

  /** All that was recorded. */
  measurements({ clients, process, answers }: Surroundings): Measurements {
    const messages = { ...this.messages, sent: this.sent.count };
    const { ledger, totals } = clients ?? { ledger: new Ledger(), totals: new SocketTotals() };
    const requests = clients === null ? { total: 0, empty: 0, carrying: 0 } : this.requests;
    const connections = clients === null ? NO_CONNECTIONS : this.connections;
    const intervalMs = this.#intervalUs / 1e3;
    return {
      measureMs: this.#window.measureUs / 1e3,
      histograms: {
        latency: encodeHistogram(this.#latency),
        service: encodeHistogram(this.#service),
        lateness: this.sent.lateness(),
        connect: encodeHistogram(this.#connect),
        recovery: encodeHistogram(this.#recovery),
        loopDelay: encodeHistogram(this.#loopDelay),
      },
      intervals: this.#intervals.map(({ expected, latency }, index) => ({
        startMs: index * intervalMs,
        expected,
        latency: encodeHistogram(latency ?? newSliceHistogram()),
      })),
      messages: {
        ...messages,
        lost: Math.max(0, messages.expected - messages.received - (this.superseded?.count ?? 0)),
        ...(this.superseded === null ? {} : { superseded: this.superseded.count }),
        ...(this.compressed === null ? {} : { compressed: this.compressed }),
      },
      requests: { ...requests, carrying: answers ? requests.carrying : null },
      connections: { ...connections, ...(clients === null ? {} : { established: totals.opened }) },
      slow: this.slow,
      bytes: { up: { ...ledger.up }, down: { ...ledger.down } },
      sockets: { up: totals.up, down: totals.down },
      processes: [process],
      stolenCpuShare: null,
      faults: this.#faults.counts(),
    };
  }

  #record({ dueUs, sentUs }: Stamp, receivedUs: number): void {
    const latencyUs = Math.round(receivedUs - dueUs);
    const serviceUs = Math.round(receivedUs - sentUs);
    if (latencyUs < 0 || serviceUs < 0) {
      this.messages.negative += 1;
      return;
    }
    this.#latency.recordValue(latencyUs);
    this.#service.recordValue(serviceUs);
    const interval = this.#intervals[Math.floor((dueUs - this.#window.startUs) / this.#intervalUs)];
    if (interval === undefined) return;
    interval.latency ??= newSliceHistogram();
    interval.latency.recordValue(latencyUs);
  }
}
