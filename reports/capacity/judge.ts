import { formatMs, formatQuantity } from '../format.ts';
import { METRICS, type MetricId } from '../metrics.ts';
import { formatBound, keeps, type Objective } from '../objectives.ts';
import type { StepVerdict } from '../results/capacity.ts';
import type { Completed, Measurements, Outcome, WarningCode } from '../results/schema.ts';
import { isCarried } from '../summary.ts';
import { keepingUp } from './keeping-up.ts';

/** What a step says of the server, and why, each reason in a few words. */
export interface StepJudgement {
  readonly verdict: StepVerdict;
  readonly reasons: readonly string[];
}

/**
 * A queue that makes messages later by this share of the time in which they are due grows without end:
 * more is offered than is delivered, and the objectives are only met because the step is short.
 */
const FALLING_BEHIND_SHARE = 0.05;

/** The harness was at its limit: whatever was missed, the server need not be the reason. */
const GENERATOR: readonly WarningCode[] = ['late-generator', 'busy-generator'];

/** The numbers contradict each other. */
const BROKEN: readonly WarningCode[] = ['negative-latency', 'unaccounted-bytes'];

/** What an objective of one's own takes the place of. */
const COUNTED_BY: Readonly<Partial<Record<WarningCode, MetricId>>> = {
  lost: 'messages.lost',
  duplicated: 'messages.duplicated',
  reordered: 'messages.reordered',
  connections: 'connections.failed',
};

/** The client's side has no descriptor or no port left (errno(3)). */
const NONE_LEFT = /\b(?:EMFILE|ENFILE|EADDRNOTAVAIL)\b/;

/**
 * Says what one step of a search says of the server.
 *
 * @param objectives with absolute bounds.
 * @param limit what of the step the machine does not allow; `null` where it allows all.
 */
export function judgeStep(
  outcome: Outcome,
  objectives: readonly Objective[],
  limit: string | null,
): StepJudgement {
  if (outcome.status === 'skipped') return { verdict: 'skipped', reasons: [outcome.reason] };
  if (outcome.status === 'failed') {
    const reason = `failed at the stage "${outcome.stage}": ${outcome.reason}`;
    return {
      verdict: limit === null ? 'failed' : 'generator',
      reasons: limit === null ? [reason] : [limit, reason],
    };
  }
  const broken = said(outcome, BROKEN);
  if (broken.length > 0) return { verdict: 'failed', reasons: broken };
  const missed = missesOf(outcome, objectives);
  const generator = generatorLimits(outcome, missed.length > 0, limit);
  if (generator.length > 0) return { verdict: 'generator', reasons: generator };
  if (missed.length > 0) {
    const stolen = said(outcome, ['stolen-cpu']);
    return { verdict: stolen.length > 0 ? 'disturbed' : 'missed', reasons: [...missed, ...stolen] };
  }
  const untold = objectives.flatMap(({ metric }) => whyUntold(metric, outcome.measurements));
  return untold.length > 0 ? { verdict: 'untold', reasons: untold } : { verdict: 'met', reasons: [] };
}

/** The signs that the generator, or the machine that it shares with the server, was the limit. */
function generatorLimits(outcome: Completed, isMissed: boolean, limit: string | null): string[] {
  const signs = said(outcome, GENERATOR);
  if (!isMissed) return signs;
  const connections = outcome.warnings.filter(
    ({ code, message }) => code === 'connections' && NONE_LEFT.test(message),
  );
  // A server that is busy with a core of its own is at its limit however crowded the others are.
  const isServerBusy = outcome.warnings.some(({ code }) => code === 'busy-server');
  return [
    ...signs,
    ...(limit === null ? [] : [limit]),
    ...connections.map(({ message }) => message),
    ...(isServerBusy ? [] : said(outcome, ['crowded-cores'])),
  ];
}

/** What was not met. A trial that is invalid for a reason that no objective is about does not meet any. */
function missesOf(outcome: Completed, objectives: readonly Objective[]): string[] {
  const { warnings, measurements } = outcome;
  const own = new Set(objectives.map(({ metric }) => metric));
  const misses = objectives.flatMap((objective) => {
    const { metric } = objective;
    const value = METRICS[metric].of(measurements);
    if (value === null || !isCarried(metric, measurements) || keeps(objective, value, value)) return [];
    return [`${metric} ${formatQuantity(value, METRICS[metric].unit)}, not ${formatBound(objective)}`];
  });
  const { grownMs } = keepingUp(measurements);
  if (grownMs > FALLING_BEHIND_SHARE * measurements.measureMs) {
    misses.push(`fell behind: latency grew by ${formatMs(grownMs)} in ${formatMs(measurements.measureMs)}`);
  }
  const others = warnings.filter(({ code, level }) => {
    const counted = COUNTED_BY[code];
    return (
      level === 'invalid' &&
      ![...GENERATOR, ...BROKEN].includes(code) &&
      (counted === undefined || !own.has(counted))
    );
  });
  return [...misses, ...others.map(({ message }) => message)];
}

function whyUntold(metric: MetricId, measured: Measurements): string[] {
  if (METRICS[metric].of(measured) === null) return [`there is no ${metric}`];
  return isCarried(metric, measured) ? [] : [`too few samples for ${metric}`];
}

function said({ warnings }: Completed, codes: readonly WarningCode[]): string[] {
  return warnings.filter(({ code }) => codes.includes(code)).map(({ message }) => message);
}
