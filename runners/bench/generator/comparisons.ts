import { grouped, spread, table } from '../tables.ts';
import type { ContenderName } from './contenders.ts';

/** Deliveries per second of generator CPU, a round each. */
export type Rates = ReadonlyMap<ContenderName, readonly number[]>;

/** Two generators whose rates are divided, round by round. */
interface Comparison {
  readonly ours: ContenderName;
  readonly other: ContenderName;
  /** What the ratio should not be below, as the project's aim. */
  readonly atLeast: number | null;
}

export const COMPARISONS: readonly Comparison[] = [
  { ours: 'polling', other: 'wrk', atLeast: 1 },
  { ours: 'polling', other: 'h2load', atLeast: null },
  { ours: 'polling', other: 'autocannon', atLeast: 2 },
  { ours: 'long-polling', other: 'polling', atLeast: 0.8 },
  { ours: 'websocket', other: 'ws', atLeast: 1.8 },
  { ours: 'node:net', other: 'ws', atLeast: null },
  { ours: 'websocket at 10,000', other: 'ws at 10,000', atLeast: null },
  { ours: 'sse', other: 'eventsource-parser', atLeast: null },
  { ours: 'sse', other: 'websocket', atLeast: 0.9 },
  // Within 1.3 times the cost is at least 0.77 times the rate.
  { ours: 'websocket at 10,000', other: 'websocket at 100', atLeast: 1 / 1.3 },
  { ours: 'sse at 10,000', other: 'sse at 100', atLeast: 1 / 1.3 },
];

/** The rates as a Markdown table; `names` says what each is beside its name. */
export function rateTable(rates: Rates, describe: (name: ContenderName) => string): string {
  return table(
    ['generator', 'deliveries per CPU second', 'lowest', 'highest'],
    [...rates].map(([name, values]) => [describe(name), ...spread(values).map(grouped)]),
  );
}

/** The ratios of each round as a Markdown table; a comparison with what was not measured is left out. */
export function ratioTable(rates: Rates): string {
  const rows = COMPARISONS.flatMap(({ ours, other, atLeast }) => {
    const [left, right] = [rates.get(ours), rates.get(other)];
    if (left === undefined || right === undefined) return [];
    const ratios = left.map((rate, round) => rate / (right[round] ?? Number.NaN));
    const numbers = spread(ratios).map((ratio) => ratio.toFixed(2));
    return [[`${ours} : ${other}`, ...numbers, atLeast === null ? '' : atLeast.toFixed(2)]];
  });
  return table(['ratio', 'median', 'lowest', 'highest', 'aim'], rows);
}
