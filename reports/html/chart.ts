import { compile, type TopLevelSpec } from 'vega-lite';
import type { Arm } from '../summary.ts';
import { type ArmName, armNames, LOOKS } from '../transports.ts';
import { html, type Markup } from './escape.ts';
import { HIDDEN_SIGNAL } from './names.ts';
import type { DataTable } from './table.ts';

/** A chart as its maker describes it. */
export interface Chart {
  readonly title: string;
  /** How to read it, in a sentence or two; what it shows is said by its section. */
  readonly reading: string;
  /** Room that it takes: all of its section's content, or half of it. */
  readonly size: 'full' | 'half';
  /** What its colours stand for where they are not the transports'. */
  readonly keys: readonly ChartKey[];
  /** Its numbers, for those who cannot or would not see it. */
  readonly table: DataTable;
  readonly spec: ChartSpec;
}

/** One entry of a chart's own legend. */
export interface ChartKey {
  readonly name: string;
  readonly colour: string;
  readonly opacity?: number;
}

/** What differs from chart to chart; size, theme and parameters are the same for all. */
export type ChartSpec = Pick<Extract<TopLevelSpec, { layer: unknown }>, 'layer' | 'data' | 'encoding'> & {
  readonly height: number;
};

/** Pixels that the static drawing is wide; the script draws again in the width that there is. */
const WIDTHS: Readonly<Record<Chart['size'], number>> = { full: 640, half: 320 };

/** Opacity of marks of an arm, next to nothing while it is hidden. */
export function opacityOf(opacity: number) {
  return {
    condition: { test: `indexof(${HIDDEN_SIGNAL}, datum.arm) < 0`, value: opacity },
    value: opacity * 0.06,
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

/** The Vega specification of a chart. */
export function compileChart({ spec, size }: Chart) {
  return compile({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    ...spec,
    width: WIDTHS[size],
    autosize: { type: 'fit', contains: 'padding' },
    padding: 4,
    params: [{ name: HIDDEN_SIGNAL, value: [] }],
    config: CONFIG,
  } satisfies TopLevelSpec).spec;
}

/** A chart's own legend, as a list below it. */
export function keysOf({ keys }: Chart): Markup {
  if (keys.length === 0) return html``;
  return html`<ul class="keys">${keys.map(
    ({ name, colour, opacity = 1 }) =>
      html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" rx="2" fill="${colour}" fill-opacity="${opacity}"/></svg>${name}</li>`,
  )}</ul>`;
}

/**
 * Colour, dash, shape and width by arm: the transport's look, and thinner for every further server.
 *
 * @param all the arms of the scenario, by which these are named, where a chart has some of them.
 */
export function armScales(arms: readonly ArmName[], all: readonly ArmName[] = arms) {
  const nameOf = armNames(all);
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
    // Ordinal, since Vega-Lite warns on the console of a width by name; and by a scale that is ordinal too, since
    // by default it would place widths along the range, of which a single one has no end.
    strokeWidth: {
      ...field,
      type: 'ordinal' as const,
      scale: {
        type: 'ordinal' as const,
        domain,
        range: arms.map(({ server }) => 2.4 / (1 + servers.indexOf(server))),
      },
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
      axis: LINEAR_AXIS,
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

/**
 * Decimals by the step from tick to tick. Vega's significant digits would be too few by one where the largest tick
 * less a step is a hair below a power of ten: 0.12 as `0.1`, beside 0.1.
 */
export const LINEAR_AXIS = { format: ',~f', tickCount: 5 } as const;

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
