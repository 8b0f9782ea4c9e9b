import type { Stamp } from '../stamp.ts';

/** The sequences of a stream that are due in the window, from the first to before the end. */
interface Sequences {
  readonly from: number;
  end: number;
}

/**
 * Messages due in the window that subscribers never saw, since they ask for the newest one only and
 * another had taken their place: those before one that has come. A message newer than all that came is
 * not among them: it can be lost. A subscriber has one stream.
 */
export class Superseded {
  count = 0;
  readonly #inWindow = new Map<number, Sequences>();

  /** A message of the plan is due in the window. Those of a stream are told in order. */
  due(stream: number, sequence: number): void {
    const sequences = this.#inWindow.get(stream);
    if (sequences === undefined) this.#inWindow.set(stream, { from: sequence, end: sequence + 1 });
    else sequences.end = sequence + 1;
  }

  /** A message has come where the subscriber has seen all before `next`, or never will. */
  note({ stream, sequence }: Readonly<Stamp>, next: number): void {
    const { from, end } = this.#inWindow.get(stream) ?? NONE;
    this.count += Math.max(0, Math.min(sequence, end) - Math.max(next, from));
  }
}

const NONE: Readonly<Sequences> = { from: 0, end: 0 };
