import type { Arm } from '../../summary.ts';
import { armNames } from '../../transports.ts';
import { type Chart, compact, opacityOf } from '../chart.ts';
import type { DataTable } from '../table.ts';
import { BAR_STEP, barAxis } from './bars.ts';

/** A part of every bar: its name and colour, and how much of it an arm has. */
export interface BarPart {
  readonly name: string;
  readonly colour: string;
  of(arm: Arm): number;
}

/** What one wants of a chart of bars in parts. */
interface StackLabels {
  readonly title: string;
  readonly axis: string;
  readonly reading: string;
  readonly size: Chart['size'];
  /** An amount in words, such as `12 B of framing`. */
  amount(value: number, part: BarPart): string;
}

/** One bar per arm, in parts; a part that no arm has is left out, and so is a chart without any. */
export function stackedBarChart(
  arms: readonly Arm[],
  parts: readonly BarPart[],
  { title, axis, reading, size, amount }: StackLabels,
): Chart | null {
  const nameOf = armNames(arms);
  const used = parts.filter((part) => arms.some((arm) => part.of(arm) > 0));
  if (used.length === 0) return null;
  const values = arms.flatMap((arm) =>
    used.flatMap((part, order) => {
      const value = part.of(arm);
      const tip = `${nameOf(arm)}: ${amount(value, part)}`;
      return value === 0 ? [] : [{ arm: nameOf(arm), part: part.name, order, value: compact(value), tip }];
    }),
  );
  const table: DataTable = {
    caption: title,
    columns: ['Transport', ...used.map(({ name }) => name)],
    rows: arms.map((arm) => [nameOf(arm), ...used.map((part) => amount(part.of(arm), part))]),
  };
  return {
    title,
    reading,
    size,
    keys: used.map(({ name, colour }) => ({ name, colour })),
    table,
    spec: {
      height: BAR_STEP * arms.length + 46,
      data: { values },
      layer: [
        {
          mark: { type: 'bar', height: { band: 0.62 } },
          encoding: {
            y: barAxis(arms),
            x: { field: 'value', type: 'quantitative', title: axis, axis: { tickCount: 5 } },
            color: {
              field: 'part',
              type: 'nominal',
              legend: null,
              scale: { domain: used.map(({ name }) => name), range: used.map(({ colour }) => colour) },
            },
            order: { field: 'order', type: 'quantitative' },
            opacity: opacityOf(1),
            tooltip: { field: 'tip', type: 'nominal' },
          },
        },
      ],
    },
  };
}
