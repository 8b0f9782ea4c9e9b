import { formatQuantity } from '../../format.ts';
import type { Slice } from '../../over-time.ts';
import { type Histogram, quantileUs, recordedIn } from '../../results/histogram.ts';
import { type Arm, carries } from '../../summary.ts';
import { armNames } from '../../transports.ts';
import { armScales, type Chart, compact, opacityOf } from '../chart.ts';

/** At most so many columns: finer ones would be narrower than the eye needs and the file larger. */
export const MOST_SLICES = 30;

/** Rows of cells in a panel. */
const BINS = 16;

/** From the floor of a panel to the floor of the next, in heights of a panel; the rest holds its name. */
const PITCH = 1.32;

/** Pixels of a panel. */
const PANEL = 84;

/** The shares of messages that have a shade of their own, from the darkest down. */
const SHADES = [
  { from: 0.5, alpha: 1, name: 'half or more' },
  { from: 0.2, alpha: 0.72, name: '20 to 50 %' },
  { from: 0.05, alpha: 0.48, name: '5 to 20 %' },
  { from: 0.01, alpha: 0.3, name: '1 to 5 %' },
  { from: 0, alpha: 0.16, name: 'less than 1 %' },
] as const;

type Shade = (typeof SHADES)[number];

/** The logarithm of a latency as a place in a panel, 0 to 1, and back. */
interface Ladder {
  readonly low: number;
  readonly high: number;
}

/** A run of cells of one shade beside each other: one mark instead of many. */
interface Cell {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bin: number;
  readonly shade: Shade;
}

/**
 * Latency along the measuring phase, a panel for each arm: how the messages that were due in a slice of
 * time are spread over latency. A stall is a column that rises, a second mode is a second stripe.
 */
export function overTimeChart(slices: ReadonlyMap<Arm, readonly Slice[]>): Chart | null {
  const arms = [...slices].filter(([, ofArm]) => ofArm.length > 0).map(([arm]) => arm);
  const all = arms.flatMap((arm) => slices.get(arm) ?? []);
  if (all.length === 0) return null;
  const nameOf = armNames(arms);
  const ladder = ladderOf(all);
  const floorOf = (arm: Arm) => (arms.length - 1 - arms.indexOf(arm)) * PITCH;
  const values = arms.flatMap((arm) =>
    cellsOf(slices.get(arm) ?? [], ladder).map(({ fromMs, toMs, bin, shade }) => ({
      arm: nameOf(arm),
      from: compact(fromMs / 1_000),
      to: compact(toMs / 1_000),
      y: compact(floorOf(arm) + bin / BINS),
      y2: compact(floorOf(arm) + (bin + 1) / BINS),
      alpha: shade.alpha,
      tip: `${nameOf(arm)}, ${seconds(fromMs)} to ${seconds(toMs)}: ${shade.name} of the messages within ${usAt(ladder, bin)} to ${usAt(ladder, bin + 1)}`,
    })),
  );
  const ticks = arms.flatMap((arm) =>
    decades(ladder).map((exponent) => ({
      at: compact(floorOf(arm) + (exponent - ladder.low) / (ladder.high - ladder.low)),
      label: formatQuantity(10 ** exponent, 'µs'),
    })),
  );
  const { color } = armScales(arms);
  const end = compact(Math.max(...all.map(({ toMs }) => toMs)) / 1_000);
  const x = {
    type: 'quantitative',
    title: 'seconds since measuring began',
    scale: { domainMin: 0, domainMax: end, nice: false },
    axis: { grid: false, tickCount: 6 },
  } as const;
  const y = {
    type: 'quantitative',
    title: 'latency (logarithmic)',
    scale: { domainMin: 0, domainMax: compact((arms.length - 1) * PITCH + 1.22), nice: false },
    axis: {
      values: ticks.map(({ at }) => at),
      labelExpr: `(${JSON.stringify(Object.fromEntries(ticks.map(({ at, label }) => [at, label])))})[datum.value]`,
      labelOverlap: false,
    },
  } as const;
  return {
    title: 'Latency over time',
    reading:
      'One panel per transport, all trials together. A column is what was due in that slice of time; the fuller the shade, the larger the share of its messages that took so long.',
    size: 'full',
    keys: SHADES.map(({ name, alpha }) => ({ name, colour: 'currentColor', opacity: alpha })),
    table: {
      caption: 'Median latency over time',
      columns: ['Slice', ...arms.map(nameOf)],
      rows: [...new Set(all.map(({ fromMs }) => fromMs))]
        .sort((left, right) => left - right)
        .map((fromMs) => [
          `from ${seconds(fromMs)}`,
          ...arms.map((arm) => medianAt(slices.get(arm) ?? [], fromMs)),
        ]),
    },
    spec: {
      height: Math.round(arms.length * PANEL * PITCH) + 46,
      layer: [
        {
          data: { values },
          mark: { type: 'rect' },
          encoding: {
            x: { ...x, field: 'from' },
            x2: { field: 'to' },
            y: { ...y, field: 'y' },
            y2: { field: 'y2' },
            color,
            fillOpacity: { field: 'alpha', type: 'quantitative', scale: null, legend: null },
            opacity: opacityOf(1),
            tooltip: { field: 'tip', type: 'nominal' },
          },
        },
        {
          data: {
            values: arms.map((arm) => ({ arm: nameOf(arm), x: 0, y: compact(floorOf(arm) + 1.12) })),
          },
          mark: { type: 'text', align: 'left', fontSize: 12, fontWeight: 600, fill: 'currentColor' },
          encoding: {
            x: { ...x, field: 'x' },
            y: { ...y, field: 'y' },
            text: { field: 'arm', type: 'nominal' },
            opacity: opacityOf(1),
          },
        },
      ],
    },
  };
}

/** Whole decades as often as not, so that panels of all reports look alike; never of no height. */
function ladderOf(slices: readonly Slice[]): Ladder {
  const logarithms = slices.flatMap(({ latency }) =>
    [quantileUs(latency, 0), quantileUs(latency, 1)].map((us) => Math.log10(Math.max(us ?? 1, 1))),
  );
  const [low, high] = [Math.min(...logarithms), Math.max(...logarithms)];
  const margin = Math.max(0.04 * (high - low), 0.02);
  return { low: low - margin, high: high + margin };
}

/** The powers of ten of a ladder; where it has none, its middle. */
function decades({ low, high }: Ladder): number[] {
  const whole = Array.from({ length: 12 }, (_, exponent) => exponent).filter(
    (exponent) => exponent >= low && exponent <= high,
  );
  return whole.length > 0 ? whole : [(low + high) / 2];
}

function cellsOf(slices: readonly Slice[], ladder: Ladder): Cell[] {
  const cells: Cell[] = [];
  for (let bin = 0; bin < BINS; bin += 1) {
    const row: Cell[] = [];
    for (const { fromMs, toMs, latency } of slices) {
      const shade = shadeOf(shareIn(latency, ladder, bin));
      if (shade === null) continue;
      const last = row.at(-1);
      if (last?.shade === shade && last.toMs === fromMs) row.splice(-1, 1, { ...last, toMs });
      else row.push({ fromMs, toMs, bin, shade });
    }
    cells.push(...row);
  }
  // By shade, since neighbours in the drawing that look alike are written as one.
  return cells.sort((left, right) => left.shade.from - right.shade.from);
}

const shares = new WeakMap<Histogram, readonly number[]>();

/** The share of a slice's samples in a row of cells; counted in one pass over the histogram. */
function shareIn(latency: Histogram, ladder: Ladder, bin: number): number {
  let counts = shares.get(latency);
  if (counts === undefined) {
    counts = sharesOf(latency, ladder);
    shares.set(latency, counts);
  }
  return counts[bin] ?? 0;
}

function sharesOf(latency: Histogram, { low, high }: Ladder): readonly number[] {
  const counts = Array.from({ length: BINS }, () => 0);
  for (const [us, samples] of recordedIn(latency)) {
    const place = (Math.log10(Math.max(us, 1)) - low) / (high - low);
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(place * BINS)));
    counts[bin] = (counts[bin] ?? 0) + samples / latency.totalCount;
  }
  return counts;
}

function shadeOf(share: number): Shade | null {
  return share === 0 ? null : (SHADES.find(({ from }) => share >= from) ?? null);
}

function usAt({ low, high }: Ladder, bin: number): string {
  return formatQuantity(10 ** (low + ((high - low) * bin) / BINS), 'µs');
}

function seconds(ms: number): string {
  return `${Number((ms / 1_000).toFixed(2))} s`;
}

function medianAt(slices: readonly Slice[], fromMs: number): string {
  const latency = slices.find((slice) => slice.fromMs === fromMs)?.latency;
  if (latency === undefined || !carries(latency.totalCount, 0.5)) return '–';
  return formatQuantity(quantileUs(latency, 0.5) ?? 0, 'µs');
}
