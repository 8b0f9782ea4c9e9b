import { describe, expect, it } from 'vitest';
import { decodeHistogram, decodeSlice } from '../../reports/results/histogram.ts';
import type { Measurements } from '../../reports/results/schema.ts';
import { nowUs } from '../clock.ts';
import { readStamp, type Stamp, stampedFrame } from '../stamp.ts';
import { Window } from '../window.ts';
import { Ledger } from '../wire/ledger.ts';
import { SocketTotals } from '../wire/socket-totals.ts';
import { type Message, Recorder } from './recorder.ts';
import { Superseded } from './superseded.ts';

const WINDOW_START_US = 1_000_000;
const USE = { role: 'worker', cpuUs: 1, rssBytes: 2, rssBeforeBytes: 3 } as const;

/** The measuring phase is from 1 s to 1.4 s on the clock of these tests, in four intervals of 100 ms. */
function recorderFor(startUs = WINDOW_START_US): Recorder {
  const window = new Window({ warmupMs: 0, measureMs: 400, drainMs: 0 });
  window.open(startUs);
  return new Recorder(window, 40, 4);
}

function result(recorder: Recorder): Measurements {
  const clients = { ledger: new Ledger(), totals: new SocketTotals() };
  return recorder.measurements({ clients, process: USE, answers: true });
}

interface Arrival {
  readonly subscriber?: number;
  readonly stream?: number;
  readonly sequence?: number;
  readonly dueUs?: number;
  readonly sentUs?: number;
  readonly receivedUs?: number;
}

/** A frame that lies between others in a receive buffer arrives. */
function deliver(recorder: Recorder, arrival: Arrival = {}): boolean {
  const { subscriber = 0, stream = 0, sequence = 0, dueUs = 1_050_000 } = arrival;
  const { sentUs = dueUs + 100, receivedUs = dueUs + 300 } = arrival;
  const bytes = Buffer.concat([
    Buffer.from('..'),
    stampedFrame({ stream, sequence, dueUs, sentUs }, 40),
    Buffer.from('..'),
  ]);
  return recorder.delivered(subscriber, bytes, 2, 42, receivedUs);
}

function countOf(encoded: string): number {
  return decodeHistogram(encoded).totalCount;
}

describe('what arrives', () => {
  it('is received − due in the latency, received − sent in the service', () => {
    const recorder = recorderFor();
    deliver(recorder, { dueUs: 1_050_000, sentUs: 1_050_200, receivedUs: 1_050_700 });
    const { latency, service } = result(recorder).histograms;
    expect([decodeHistogram(latency).maxValue, decodeHistogram(service).maxValue]).toEqual([700, 500]);
    expect(result(recorder).messages).toMatchObject({
      received: 1,
      duplicated: 0,
      reordered: 0,
      negative: 0,
    });
  });

  it('counts by when it was due, not by when it came', () => {
    const recorder = recorderFor();
    const due = [999_999, 1_000_000, 1_399_999, 1_400_000];
    const counted = due.map((dueUs, sequence) =>
      deliver(recorder, { dueUs, sequence, receivedUs: 1_500_000 }),
    );
    expect(counted).toEqual([false, true, true, false]);
    expect(result(recorder).messages.received).toBe(2);
    expect(countOf(result(recorder).histograms.latency)).toBe(2);
  });

  it('before the window is open counts nowhere', () => {
    const window = new Window({ warmupMs: 0, measureMs: 400, drainMs: 0 });
    const recorder = new Recorder(window, 40, 4);
    expect(deliver(recorder)).toBe(false);
    expect(result(recorder).messages.received).toBe(0);
  });

  it('twice is one message, one sample, and a duplicate whose bytes still count', () => {
    const recorder = recorderFor();
    expect([deliver(recorder), deliver(recorder)]).toEqual([true, true]);
    expect(result(recorder).messages).toMatchObject({ received: 1, duplicated: 1 });
    expect(countOf(result(recorder).histograms.latency)).toBe(1);
  });

  it('out of order is received, and counted as reordered', () => {
    const recorder = recorderFor();
    for (const sequence of [0, 2, 1]) deliver(recorder, { sequence });
    expect(result(recorder).messages).toMatchObject({ received: 3, reordered: 1, duplicated: 0 });
  });

  it('out of order counts as such although the one before it was due in the warm-up', () => {
    const recorder = recorderFor();
    deliver(recorder, { sequence: 1 });
    deliver(recorder, { sequence: 0, dueUs: 900_000 });
    deliver(recorder, { sequence: 0, dueUs: 900_000 });
    expect(result(recorder).messages).toMatchObject({ received: 1, reordered: 0, duplicated: 0 });
  });

  it('is judged for every subscriber and stream by itself', () => {
    const recorder = recorderFor();
    for (const subscriber of [1, 2]) for (const stream of [5, 6]) deliver(recorder, { subscriber, stream });
    expect(result(recorder).messages).toMatchObject({ received: 4, duplicated: 0 });
  });

  it('before it was due or sent is no sample', () => {
    const recorder = recorderFor();
    deliver(recorder, { sequence: 0, dueUs: 1_050_000, receivedUs: 1_049_999, sentUs: 1_049_000 });
    deliver(recorder, { sequence: 1, dueUs: 1_050_000, receivedUs: 1_050_500, sentUs: 1_050_501 });
    expect(result(recorder).messages).toMatchObject({ received: 2, negative: 2 });
    expect(countOf(result(recorder).histograms.latency)).toBe(0);
    expect(countOf(result(recorder).histograms.service)).toBe(0);
  });

  it('from another channel is a fault, and makes up for no message of its own', () => {
    const recorder = recorderFor();
    recorder.isFor = (subscriber, stream) => subscriber === stream;
    recorder.expect(50_000, 1);
    recorder.expect(50_000, 1);
    expect([
      deliver(recorder, { subscriber: 1, stream: 1 }),
      deliver(recorder, { subscriber: 2, stream: 1 }),
    ]).toEqual([true, false]);
    expect(result(recorder)).toMatchObject({
      messages: { received: 1, lost: 1 },
      faults: { 'a frame of another channel': 1 },
    });
  });

  it('and is not of this run is a fault and nothing else', () => {
    const recorder = recorderFor();
    const foreign = Buffer.from('hello, this is somebody else speaking');
    expect(recorder.delivered(0, foreign, 0, foreign.length, 1_100_000)).toBe(false);
    // One of its own that has lost its end, or has grown, is no better.
    for (const payloadBytes of [39, 41]) {
      const other = stampedFrame(
        { stream: 0, sequence: 0, dueUs: 1_050_000, sentUs: 1_050_000 },
        payloadBytes,
      );
      expect(recorder.delivered(0, other, 0, payloadBytes, 1_100_000)).toBe(false);
    }
    expect(result(recorder)).toMatchObject({
      messages: { received: 0 },
      faults: { 'a frame that this run did not send': 3 },
    });
  });
});

describe('a forged sequence', () => {
  it('beyond what the plan has for its stream is a fault and nothing else', () => {
    const recorder = recorderFor();
    recorder.lengthOf = (stream) => (stream === 0 ? 2 : 0);
    deliver(recorder, { sequence: 1 });
    // The largest number that a stamp can hold.
    for (const sequence of [2, 36 ** 6 - 1]) expect(deliver(recorder, { sequence })).toBe(false);
    expect(deliver(recorder, { stream: 1 })).toBe(false);
    expect(result(recorder)).toMatchObject({
      messages: { received: 1 },
      faults: { 'a frame that this run did not send': 3 },
    });
  });
});

describe('what is expected', () => {
  it('is lost as far as it does not come; duplicates make up for nothing', () => {
    const recorder = recorderFor();
    recorder.expect(50_000, 3);
    deliver(recorder, { subscriber: 1 });
    deliver(recorder, { subscriber: 1 });
    expect(recorder.complete).toBe(false);
    expect(result(recorder).messages).toMatchObject({ expected: 3, received: 1, lost: 2, duplicated: 1 });
  });

  it('tells when the last has come, once', () => {
    const recorder = recorderFor();
    let completions = 0;
    recorder.onComplete = () => {
      completions += 1;
    };
    recorder.expect(50_000, 2);
    deliver(recorder, { subscriber: 1 });
    expect(completions).toBe(0);
    deliver(recorder, { subscriber: 2 });
    deliver(recorder, { subscriber: 2 });
    expect([completions, recorder.complete]).toEqual([1, true]);
    expect(result(recorder).messages.lost).toBe(0);
  });

  it('belongs to the interval in which it was due, as does its latency', () => {
    const recorder = recorderFor();
    recorder.expect(0, 1);
    recorder.expect(99_999, 1);
    recorder.expect(100_000, 1);
    recorder.expect(399_999, 2);
    deliver(recorder, { sequence: 0, dueUs: 1_099_999, receivedUs: 1_350_000 });
    deliver(recorder, { sequence: 1, dueUs: 1_399_999, receivedUs: 1_600_000 });
    const { intervals } = result(recorder);
    expect(
      intervals.map(({ startMs, expected, latency }) => [startMs, expected, decodeSlice(latency).totalCount]),
    ).toEqual([
      [0, 2, 1],
      [100, 1, 0],
      [200, 0, 0],
      [300, 2, 1],
    ]);
  });
});

describe('what is sent', () => {
  const message: Message = { stream: 3, sequence: 4, channel: 5, dueUs: 0 };

  it('is stamped with its due time and the present one, and its lateness is on record', () => {
    const startUs = Math.floor(nowUs()) - 100_000;
    const recorder = recorderFor(startUs);
    const before = Math.floor(nowUs());
    const frame = recorder.frame({ ...message, dueUs: startUs + 10_000 });
    const stamp: Stamp = { stream: 0, sequence: 0, dueUs: 0, sentUs: 0 };
    expect(readStamp(frame, 0, frame.length, stamp)).toBe(true);
    expect(frame).toHaveLength(40);
    expect(stamp).toMatchObject({ stream: 3, sequence: 4, dueUs: startUs + 10_000 });
    expect(stamp.sentUs).toBeGreaterThanOrEqual(before);
    const { lateness } = result(recorder).histograms;
    // It was due 10 ms into a window that began 100 ms ago.
    expect(decodeHistogram(lateness).maxValue).toBeGreaterThanOrEqual(90_000);
    expect(result(recorder).messages.sent).toBe(1);
  });

  it('counts only if it was due in the window', () => {
    const recorder = recorderFor(Math.floor(nowUs()) + 60e6);
    const early = { ...message, dueUs: Math.floor(nowUs()) };
    recorder.frame(early);
    recorder.neverSent(early);
    recorder.unsent(early);
    expect(result(recorder).messages).toMatchObject({ sent: 0, unsent: 0 });
    expect(countOf(result(recorder).histograms.lateness)).toBe(0);
  });

  it('and refused is unsent, as is what was never handed over: due = sent + unsent', () => {
    const recorder = recorderFor();
    const due = { ...message, dueUs: 1_050_000 };
    recorder.frame(due);
    recorder.frame(due);
    recorder.unsent(due);
    recorder.neverSent(due);
    expect(result(recorder).messages).toMatchObject({ sent: 1, unsent: 2 });
  });
});

describe('faults', () => {
  it('are counted by reason', () => {
    const recorder = recorderFor();
    for (const reason of ['a', 'b', 'a']) recorder.fault(reason);
    expect(result(recorder).faults).toEqual({ a: 2, b: 1 });
  });

  it('of more than 50 kinds are counted together; the known ones go on by themselves', () => {
    const recorder = recorderFor();
    for (let kind = 0; kind < 60; kind += 1) recorder.fault(`kind ${kind}`);
    recorder.fault('kind 7');
    const { faults } = result(recorder);
    expect(Object.keys(faults)).toHaveLength(51);
    expect(faults).toMatchObject({ 'kind 7': 2, 'kind 49': 1, 'other faults': 10 });
  });

  it('with a long reason are cut, and known again', () => {
    const recorder = recorderFor();
    const long = 'x'.repeat(9_000);
    recorder.fault(long);
    for (let kind = 0; kind < 60; kind += 1) recorder.fault(`kind ${kind}`);
    recorder.fault(long);
    expect(result(recorder).faults['x'.repeat(500)]).toBe(2);
  });
});

describe('the measurements', () => {
  it('of a publisher have no bytes, requests and connections: those are the clients’ alone', () => {
    const recorder = recorderFor();
    recorder.requests.total = 5;
    recorder.connections.asked = 5;
    const measurements = recorder.measurements({ clients: null, process: USE, answers: false });
    expect(measurements).toMatchObject({
      requests: { total: 0, empty: 0, carrying: null },
      connections: { asked: 0, opened: 0, reopened: 0, unrecovered: 0 },
      sockets: { up: 0, down: 0 },
    });
  });

  it('tell answers with messages only where messages come in answers', () => {
    const recorder = recorderFor();
    recorder.requests.carrying = 2;
    const clients = { ledger: new Ledger(), totals: new SocketTotals() };
    const carrying = [true, false].map(
      (answers) => recorder.measurements({ clients, process: USE, answers }).requests.carrying,
    );
    expect(carrying).toEqual([2, null]);
  });

  it('hold what coming back took of those whose connection was lost in the window', () => {
    const recorder = recorderFor();
    recorder.recovered(WINDOW_START_US + 1_000, WINDOW_START_US + 3_000.4);
    recorder.recovered(WINDOW_START_US - 1, WINDOW_START_US + 5_000);
    const { histograms } = result(recorder);
    expect([countOf(histograms.recovery), decodeHistogram(histograms.recovery).maxValue]).toEqual([1, 2_000]);
  });

  it('call a lost connection a fault unless clients come back, and a wrong answer always', () => {
    const faults = [false, true].map((clientsComeBack) => {
      const recorder = recorderFor();
      recorder.clientsComeBack = clientsComeBack;
      recorder.over({ kind: 'lost', reason: 'reset' });
      recorder.over({ kind: 'wrong', reason: '404' });
      return result(recorder).faults;
    });
    expect(faults).toEqual([{ reset: 1, '404': 1 }, { '404': 1 }]);
  });

  it('hold what connecting took, how late the loop was, and the length of the phase', () => {
    const recorder = recorderFor();
    recorder.connected(1_500.4);
    recorder.loopDelayed(-3);
    recorder.loopDelayed(250);
    const { histograms, measureMs } = result(recorder);
    expect(decodeHistogram(histograms.connect).maxValue).toBe(1_500);
    expect([countOf(histograms.loopDelay), decodeHistogram(histograms.loopDelay).maxValue]).toEqual([2, 250]);
    expect(measureMs).toBe(400);
  });
});

describe('where subscribers ask for the newest message only', () => {
  it('counts those before one that has come as superseded, if they were due in the window, and the rest as lost', () => {
    const recorder = recorderFor();
    recorder.superseded = new Superseded();
    let complete = 0;
    recorder.onComplete = () => {
      complete += 1;
    };
    for (let sequence = 2; sequence < 9; sequence += 1) {
      recorder.expect(0, 1);
      recorder.superseded.due(0, sequence);
    }
    // 1 is of the warm-up, and 0 before it was replaced there.
    deliver(recorder, { sequence: 1, dueUs: 900_000 });
    deliver(recorder, { sequence: 4 });
    expect(result(recorder).messages).toMatchObject({ received: 1, superseded: 2, lost: 4, reordered: 0 });
    deliver(recorder, { sequence: 5 });
    expect([recorder.complete, complete]).toEqual([false, 0]);
    deliver(recorder, { sequence: 8 });
    expect(result(recorder).messages).toMatchObject({ received: 3, superseded: 4, lost: 0 });
    expect([recorder.complete, complete]).toEqual([true, 1]);
  });
});
