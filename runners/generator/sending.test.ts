import { afterEach, describe, expect, it } from 'vitest';
import { nowUs } from '../clock.ts';
import { Agenda } from '../pacing/agenda.ts';
import type { PlannedMessage } from '../traffic.ts';
import { Window } from '../window.ts';
import { type Message, Recorder } from './recorder.ts';
import { sendOnTime } from './sending.ts';

function* planned(...dueMs: number[]): Generator<PlannedMessage, void> {
  for (const [sequence, ms] of dueMs.entries()) {
    yield { dueUs: ms * 1e3, channel: 0, stream: 0, sequence };
  }
}

describe('sendOnTime', () => {
  let agenda = new Agenda();
  afterEach(async () => {
    await agenda.close();
    agenda = new Agenda();
  });

  /** Warm-up of 10 ms, a window of 100 ms. */
  function start(messages: Generator<PlannedMessage, void>, startUs: number, onSend: () => void = () => {}) {
    const window = new Window({ warmupMs: 10, measureMs: 100, drainMs: 0 });
    window.open(startUs);
    const recorder = new Recorder(window, 32, 1);
    const sent: Message[] = [];
    let end = () => {};
    const all = new Promise<void>((resolve) => {
      const send = (message: Message) => {
        sent.push(message);
        recorder.frame(message);
        onSend();
      };
      end = sendOnTime({ agenda, window, recorder }, messages, startUs, send, 1, resolve);
    });
    return { recorder, sent, all, end: () => end() };
  }

  it('sends each when it is due, on the clock of the trial, and tells when it is through', async () => {
    const startUs = Math.floor(nowUs()) + 5_000;
    const instants: number[] = [];
    const { recorder, sent, all } = start(planned(0, 5, 12, 15), startUs, () => instants.push(nowUs()));
    await all;
    expect(sent.filter(({ dueUs }, at) => (instants[at] ?? 0) < dueUs)).toEqual([]);
    expect(sent.map(({ dueUs, sequence }) => [dueUs - startUs, sequence])).toEqual([
      [0, 0],
      [5_000, 1],
      [12_000, 2],
      [15_000, 3],
    ]);
    // Two were due in the warm-up.
    expect(recorder.messages).toMatchObject({ due: 2, unsent: 0 });
    expect(recorder.sent.count).toBe(2);
  });

  it('sends late ones at once, in order, and drops none; they are late by the plan', async () => {
    const startUs = Math.floor(nowUs()) - 1_000_000;
    const { recorder, sent, all } = start(
      planned(...Array.from({ length: 500 }, (_, at) => at / 5)),
      startUs,
    );
    await all;
    expect(sent.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 500 }, (_, at) => at));
    // From 10 ms on, one every 0.2 ms.
    expect([recorder.messages.due, recorder.sent.count]).toEqual([450, 450]);
  });

  it('has what is left when it is ended on record: due, and unsent', async () => {
    const startUs = Math.floor(nowUs());
    const { recorder, end } = start(planned(0, 20, 60, 90, 200), startUs);
    await agenda.close();
    end();
    end();
    const { due, unsent } = recorder.messages;
    // Those at 20, 60 and 90 ms, whether they were sent or not; the last is due after the window.
    expect([due, recorder.sent.count + unsent]).toEqual([3, 3]);
  });
});
