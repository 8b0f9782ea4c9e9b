import { capitalised, formatList, formatNumber, formatQuantity } from './format.ts';
import { addHistograms, decodeSlice, type Histogram, quantileUs } from './results/histogram.ts';
import { type Arm, carries } from './summary.ts';
import { armNames } from './transports.ts';

/** What was due in one part of the measuring phase, all trials of an arm together. */
export interface Slice {
  readonly fromMs: number;
  readonly toMs: number;
  readonly latency: Histogram;
}

/** The slices of an arm, at most `most` of them: neighbours become one where there are more. */
export function slicesOf(arm: Arm, most: number): Slice[] {
  const byStart = new Map<number, string[]>();
  for (const { startMs, latency } of arm.completed.flatMap(({ measurements }) => measurements.intervals)) {
    const together = byStart.get(startMs);
    if (together === undefined) byStart.set(startMs, [latency]);
    else together.push(latency);
  }
  const starts = [...byStart.keys()].sort((left, right) => left - right);
  const measureMs = Math.max(0, ...arm.completed.map(({ measurements }) => measurements.measureMs));
  const merged = Math.ceil(starts.length / most);
  return starts
    .filter((_, index) => index % merged === 0)
    .map((fromMs, index) => {
      const inside = starts.slice(index * merged, (index + 1) * merged);
      const encoded = inside.flatMap((startMs) => byStart.get(startMs) ?? []);
      const toMs = starts[(index + 1) * merged] ?? Math.max(measureMs, fromMs + 1);
      return { fromMs, toMs, latency: addHistograms(encoded.map(decodeSlice)) };
    })
    .filter(({ latency }) => latency.totalCount > 0);
}

/** A slice whose median is this many times that of all slices stands out. */
const STANDS_OUT = 2;

/** Whether latency was the same all along, in words; the slices of each arm are given. */
export function steadinessSentences(slices: ReadonlyMap<Arm, readonly Slice[]>): string[] {
  const arms = [...slices.keys()];
  const nameOf = armNames(arms, 'inSentence');
  const worst = arms.flatMap((arm) => {
    const found = worstOf(slices.get(arm) ?? []);
    return found === null ? [] : [{ name: nameOf(arm), ...found }];
  });
  if (worst.length === 0) {
    return ['The slices have too few samples for a median, so that nothing can be said about steadiness.'];
  }
  const uneven = worst.filter(({ times }) => times >= STANDS_OUT);
  const even = worst.filter(({ times }) => times < STANDS_OUT);
  const sentences = uneven.map(
    ({ name, times, fromMs, us }) =>
      `${name} is uneven: ${fromMs === 0 ? 'at the start' : `after ${formatQuantity(fromMs * 1_000, 'µs')}`} its median is ${formatQuantity(us, 'µs')}, ${formatNumber(Number(times.toPrecision(2)))} times its usual one.`,
  );
  if (even.length > 0) {
    const most = Math.max(...even.map(({ times }) => times));
    sentences.push(
      `${formatList(even.map(({ name }) => name))} ${even.length === 1 ? 'is' : 'are'} steady: no slice of time has a median more than ${formatNumber(Number(Math.max(most, 1.1).toPrecision(2)))} times the usual one.`,
    );
  }
  return sentences.map(capitalised);
}

/** The slice with the highest median, beside the middle one of all slices. */
function worstOf(slices: readonly Slice[]): { times: number; fromMs: number; us: number } | null {
  const medians = slices
    .filter(({ latency }) => carries(latency.totalCount, 0.5))
    .map(({ fromMs, latency }) => ({ fromMs, us: quantileUs(latency, 0.5) ?? 0 }))
    .sort((left, right) => left.us - right.us);
  const [usual, worst] = [medians[medians.length >> 1], medians.at(-1)];
  if (usual === undefined || worst === undefined || usual.us === 0) return null;
  return { times: worst.us / usual.us, ...worst };
}
