import { afterEach, describe, expect, it } from 'vitest';
import { nowUs } from '../clock.ts';
import { Agenda } from './agenda.ts';

describe('Agenda', () => {
  let agenda = new Agenda();
  afterEach(async () => {
    await agenda.close();
    agenda = new Agenda();
  });

  /** Resolves after all tasks that are due before it; a task of its own at the very end. */
  function until(atUs: number): Promise<void> {
    return new Promise((resolve) => agenda.at(atUs, () => resolve()));
  }

  it('runs tasks in the order of their instants, whatever the order in which they were added', async () => {
    const startUs = nowUs();
    const ran: number[] = [];
    for (const afterMs of [9, 2, 12, 0, 5, 7, 1]) agenda.at(startUs + afterMs * 1e3, () => ran.push(afterMs));
    await until(startUs + 13_000);
    expect(ran).toEqual([0, 1, 2, 5, 7, 9, 12]);
  });

  it('never runs a task early, and passes it the instant that was asked for', async () => {
    const startUs = nowUs();
    const early: number[] = [];
    const passed: number[] = [];
    const instants = Array.from({ length: 50 }, (_, at) => startUs + at * 333.3);
    for (const instant of instants) {
      agenda.at(instant, (atUs) => {
        if (nowUs() < instant) early.push(instant);
        passed.push(atUs);
      });
    }
    await until(startUs + 20_000);
    expect(early).toEqual([]);
    expect(passed).toEqual(instants);
  });

  it('drops none of many that are late, and lets the event loop in between', async () => {
    const startUs = nowUs() - 1e6;
    const ran: number[] = [];
    const turnsWith = new Set<number>();
    let turns = 0;
    const turn = () => {
      turns += 1;
      if (ran.length < 2_000) setImmediate(turn);
    };
    setImmediate(turn);
    for (let task = 0; task < 2_000; task += 1) {
      agenda.at(startUs + task, () => {
        ran.push(task);
        turnsWith.add(turns);
      });
    }
    await until(nowUs());
    expect(ran).toEqual(Array.from({ length: 2_000 }, (_, task) => task));
    // Rows of 256 make eight of 2,000.
    expect(turnsWith.size).toBe(8);
  });

  it('runs what a task adds: late at once, early when it is due, before what is due after it', async () => {
    const startUs = nowUs();
    const ran: string[] = [];
    agenda.at(startUs, () => {
      ran.push('first');
      agenda.at(startUs - 1e6, () => ran.push('long ago'));
      agenda.at(startUs + 4_000, () => ran.push('in 4 ms'));
    });
    agenda.at(startUs + 8_000, () => ran.push('in 8 ms'));
    await until(startUs + 9_000);
    expect(ran).toEqual(['first', 'long ago', 'in 4 ms', 'in 8 ms']);
  });

  it('keeps a chain of tasks going, as every source of messages is one', async () => {
    const startUs = nowUs();
    let links = 0;
    await new Promise<void>((resolve) => {
      const link = (atUs: number) => {
        links += 1;
        if (links === 200) resolve();
        else agenda.at(atUs + 50, link);
      };
      agenda.at(startUs, link);
    });
    expect(links).toBe(200);
    expect(nowUs()).toBeGreaterThanOrEqual(startUs + 199 * 50);
  });

  it('wakes for a task that is added to come before the one that it sleeps for', async () => {
    const startUs = nowUs();
    const ran: string[] = [];
    agenda.at(startUs + 60e6, () => ran.push('in a minute'));
    await new Promise((resolve) => setImmediate(resolve));
    await until(nowUs() + 2_000);
    expect(ran).toEqual([]);
  });

  it('forgets everything when it is closed, in the middle of a row too', async () => {
    const startUs = nowUs() - 1e6;
    const ran: number[] = [];
    let closing: Promise<void> | null = null;
    for (let task = 0; task < 10; task += 1) {
      agenda.at(startUs + task, () => {
        ran.push(task);
        if (task === 3) closing = agenda.close();
      });
    }
    await expect.poll(() => closing).not.toBeNull();
    await closing;
    agenda.at(startUs, () => ran.push(99));
    await new Promise((resolve) => setImmediate(resolve));
    expect(ran).toEqual([0, 1, 2, 3]);
  });
});
