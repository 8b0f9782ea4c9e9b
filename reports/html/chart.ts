import { parse, resetSVGDefIds, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Arm } from '../summary.ts';
import { armNames, LOOKS } from '../transports.ts';
import { Markup } from './escape.ts';

/** A chart as its maker describes it. */
export interface Chart {
  readonly title: string;
  /** What to see in it and how to read it, in a sentence or two. */
  readonly caption: string;
  /** Room that it takes in the page: half of a row, or a third. */
  readonly size: 'half' | 'third';
  /** What its colours stand for where they are not the transports'. */
  readonly legend: readonly { readonly name: string; readonly colour: string }[];
  readonly spec: ChartSpec;
}

/** What differs from chart to chart; size, theme and parameters are the same for all. */
export type ChartSpec = Pick<Extract<TopLevelSpec, { layer: unknown }>, 'layer' | 'data' | 'encoding'> & {
  readonly height: number;
};

/** A chart compiled to Vega, and drawn once for readers whose browser runs no scripts. */
export interface DrawnChart {
  readonly chart: Chart;
  /** The Vega specification that the runtime in the page draws. */
  readonly vega: object;
  readonly svg: Markup;
}

/** Pixels that a chart is wide before the page scales it. */
const WIDTHS: Readonly<Record<Chart['size'], number>> = { half: 520, third: 340 };

/** The signal that holds the arm picked in the legend; empty for none. */
export const PICKED = 'picked';

/** Opacity of marks of an arm, fainter while another is picked. */
export function opacityOf(opacity: number) {
  return {
    condition: { test: `${PICKED} === '' || datum.arm === ${PICKED}`, value: opacity },
    value: opacity * 0.12,
  };
}

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

const TEXT = {
  labelColor: 'currentColor',
  titleColor: 'currentColor',
  labelOpacity: 0.75,
  titleOpacity: 0.75,
};

const CONFIG: NonNullable<TopLevelSpec['config']> = {
  background: 'transparent',
  font: FONT,
  view: { stroke: null },
  mark: { aria: false },
  axis: {
    ...TEXT,
    aria: false,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
    labelPadding: 5,
    gridColor: 'var(--grid)',
    domain: false,
    ticks: false,
    labelLimit: 170,
  },
};

/** Compiles the charts and draws them; their ids within SVG count from 0 in every report. */
export async function drawCharts(charts: readonly Chart[]): Promise<DrawnChart[]> {
  resetSVGDefIds();
  const drawn: DrawnChart[] = [];
  // One after the other: the ids of clip paths come from one counter.
  for (const chart of charts) {
    const spec: TopLevelSpec = {
      $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
      ...chart.spec,
      width: WIDTHS[chart.size],
      autosize: { type: 'fit', contains: 'padding' },
      padding: 4,
      params: [{ name: PICKED, value: '' }],
      config: CONFIG,
    };
    const vega = compile(spec).spec;
    const svg = await new View(parse(vega), { renderer: 'none' }).toSVG();
    drawn.push({ chart, vega, svg: new Markup(svg) });
  }
  return drawn;
}

/** Colour, dash, shape and width by arm: the transport's look, and thinner for every further server. */
export function armScales(arms: readonly Arm[]) {
  const nameOf = armNames(arms);
  const servers = [...new Set(arms.map(({ server }) => server))];
  const domain = arms.map(nameOf);
  const looks = arms.map(({ transport }) => LOOKS[transport]);
  const field = { field: 'arm', type: 'nominal', legend: null } as const;
  return {
    color: { ...field, scale: { domain, range: arms.map(({ transport }) => colourOf(transport)) } },
    strokeDash: {
      ...field,
      scale: { domain, range: looks.map(({ dash }) => (dash.length === 0 ? [1, 0] : [...dash])) },
    },
    shape: { ...field, scale: { domain, range: looks.map(({ shape }) => shape) } },
    // Ordinal, since Vega-Lite warns on the console of a width by name.
    strokeWidth: {
      ...field,
      type: 'ordinal' as const,
      scale: { domain, range: arms.map(({ server }) => 2.4 / (1 + servers.indexOf(server))) },
    },
  };
}

/** The CSS variable with a transport's colour, light or dark as the page is. */
export function colourOf(transport: Arm['transport']): string {
  return `var(--${transport})`;
}

/** Four significant digits: more than a pixel shows, less than a report need carry. */
export function compact(value: number): number {
  return Number(value.toPrecision(4));
}

/**
 * The vertical axis of a latency in milliseconds: logarithmic where the values span more than a
 * factor of 30, as polling and a socket do, else linear from zero.
 */
export function latencyAxis(values: readonly number[], title: string) {
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  if (lowest <= 0 || highest <= 30 * lowest) {
    return {
      title: `${title}, ms`,
      scale: { type: 'linear' },
      axis: { format: ',~r', tickCount: 5 },
    } as const;
  }
  const [from, to] = [compact(lowest / LOG_MARGIN), compact(highest * LOG_MARGIN)];
  return {
    title: `${title}, ms (logarithmic)`,
    // A margin instead of Vega's rounding to powers of ten, which may leave two thirds of the axis empty.
    scale: { type: 'log', nice: false, domainMin: from, domainMax: to },
    axis: { format: ',~r', values: powersOfTen(from, to) },
  } as const;
}

/** A sixth of a decade, so that no line lies on the edge. */
const LOG_MARGIN = 1.5;

/** The powers of ten in a range; where it has fewer than three, their threefold too. */
function powersOfTen(from: number, to: number): number[] {
  const exponents = Array.from({ length: 20 }, (_, index) => index - 8);
  const powers = exponents
    .map((exponent) => Number(`1e${exponent}`))
    .filter((power) => power >= from && power <= to);
  if (powers.length >= 3) return powers;
  return exponents
    .flatMap((exponent) => [Number(`1e${exponent}`), Number(`3e${exponent}`)])
    .filter((tick) => tick >= from && tick <= to);
}
