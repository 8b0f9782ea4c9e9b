import TinyQueue from 'tinyqueue';
import { nowUs } from '../clock.ts';
import { NEVER, Pacer } from './pacer.ts';

interface Entry {
  readonly atUs: number;
  readonly task: (atUs: number) => void;
}

/** After so many tasks in a row the event loop gets to read its sockets. */
const TASKS_IN_A_ROW = 256;

/**
 * Everything that a process has to do at an instant: one queue, one pacer. Late tasks run as
 * soon as they can, in order; none is dropped.
 */
export class Agenda {
  readonly #queue = new TinyQueue<Entry>([], (left, right) => left.atUs - right.atUs);
  readonly #pacer = new Pacer(() => this.#run());
  #wakeAtUs = NEVER;
  #closed = false;

  /** Runs `task` at an instant (CLOCK_MONOTONIC microseconds); it is passed that instant. */
  at(atUs: number, task: (atUs: number) => void): void {
    this.#queue.push({ atUs, task });
    this.#arm();
  }

  /** Forgets everything and ends the pacing thread. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#pacer.close();
  }

  #arm(): void {
    const next = this.#queue.peek();
    if (next === undefined || next.atUs >= this.#wakeAtUs) return;
    this.#wakeAtUs = next.atUs;
    this.#pacer.wakeAt(next.atUs);
  }

  #run(): void {
    // While the tasks run, what they add does not arm the pacer for an instant that is here already.
    this.#wakeAtUs = Number.NEGATIVE_INFINITY;
    for (let ran = 0; !this.#closed; ran += 1) {
      const next = this.#queue.peek();
      if (next === undefined || next.atUs > nowUs()) break;
      if (ran === TASKS_IN_A_ROW) {
        setImmediate(() => this.#run());
        return;
      }
      this.#queue.pop();
      next.task(next.atUs);
    }
    this.#wakeAtUs = NEVER;
    if (!this.#closed) this.#arm();
  }
}
