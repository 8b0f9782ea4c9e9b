import { formatCount, formatNumber } from '../format.ts';
import { describeRepeat, type Repeat } from '../repeats.ts';
import { LOOKS } from '../transports.ts';
import { clip, wrap } from '../wrap.ts';
import { type Calibrated, gateText } from './calibrate.ts';

/** The schema name of a calibration as JSON. */
export const CALIBRATION_SCHEMA = 'wirebench/calibration@1';

/** A calibration with what one needs to know to use it. */
export interface Calibration {
  readonly rows: readonly Calibrated[];
  readonly blocks: number;
  /** Blocks that were measured again, since harness or machine had spoiled them. */
  readonly repeated: readonly Repeat[];
  /** How long a block of both sides took. */
  readonly blockMs: number;
}

const NAME_WIDTH = 26;

/** For a terminal, within 80 columns. */
export function renderCalibrationText({ rows, blocks, repeated, blockMs }: Calibration): string {
  if (rows.length === 0) return 'No metric has two blocks to compare.\n';
  const arms = [...new Set(rows.map(armOf))];
  const heads = [
    ['', 'spread', 'smallest', 'default', 'trials', 'minutes', 'proposed'],
    ['', 'of pairs', 'margin', 'margin', 'for it', 'for it', 'margin'],
  ].map(row);
  const tables = arms.map((arm) => {
    const lines = rows
      .filter((each) => armOf(each) === arm)
      .map((each) =>
        row([
          `  ${each.metric}`,
          percent(each.spread),
          percent(each.smallestMargin),
          percent(each.defaultMargin),
          each.blocksNeeded === null ? '> 1000' : String(each.blocksNeeded),
          each.blocksNeeded === null ? '-' : formatNumber((each.blocksNeeded * blockMs) / 60_000),
          percent(each.proposed),
        ]),
      );
    return [clip(arm, 80), ...lines].join('\n');
  });
  const wider = rows.filter(({ proposed, defaultMargin }) => proposed > defaultMargin);
  const advice =
    wider.length === 0
      ? 'This machine is calm enough for the default margins.'
      : `${formatCount(wider.length, 'margin')} would have to be wider here, or trials more or longer. Nothing has been changed; with them as wide as it takes, and the others as they are:`;
  const repeats = repeated.map((repeat) => wrap(`${describeRepeat(repeat)}.`));
  return `${[
    heads.join('\n'),
    ...tables,
    ...(repeats.length === 0 ? [] : [repeats.join('\n')]),
    wrap(
      `Smallest margin: what 20 trials hold, with an unchanged metric passing nine checks in ten (0.78 spreads). ${uncertainty(blocks)}`,
    ),
    [wrap(advice), ...(wider.length === 0 ? [] : rows).map((each) => `  --gate "${gateText(each)}"`)].join(
      '\n',
    ),
  ].join('\n\n')}\n`;
}

/** For programs: every difference, and the gates as `check` takes them. */
export function renderCalibrationJson({ rows, blocks, repeated, blockMs }: Calibration): string {
  const gates = rows.map((each) => ({ ...each, gate: gateText(each) }));
  return `${JSON.stringify({ schema: CALIBRATION_SCHEMA, blocks, repeated, blockMs, gates }, null, 2)}\n`;
}

/** A config file with the proposed margins as gates. */
export function calibrationConfig({ rows }: Calibration): string {
  return `${JSON.stringify({ check: { gates: rows.map(gateText) } }, null, 2)}\n`;
}

/** A standard deviation of n normal numbers is itself known to 1/√(2(n − 1)) of it. */
function uncertainty(blocks: number): string {
  const share = Math.round(100 / Math.sqrt(2 * Math.max(1, blocks - 1)));
  return `From ${formatCount(blocks, 'block')}, the spread itself has a standard error of about ${share} %.`;
}

function armOf({ scenario, transport }: Calibrated): string {
  return `${scenario} · ${LOOKS[transport].name}`;
}

function row([name = '', ...cells]: readonly string[]): string {
  return `${name.padEnd(NAME_WIDTH)}${cells.map((cell) => cell.padStart(9)).join('')}`.trimEnd();
}

function percent(share: number): string {
  return `${formatNumber(share * 100)} %`;
}
