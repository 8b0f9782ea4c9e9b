import { formatNumber, formatQuantity } from './format.ts';
import { METRICS, type MetricId } from './metrics.ts';
import { type Completed, type Measurements, WARNING_CODES, type WarningCode } from './results/schema.ts';
import type { Arm, Standing } from './summary.ts';

/** One thing that is checked of every trial. */
export interface Check {
  readonly code: WarningCode;
  /** What holds where the check passes. */
  readonly title: string;
  /** What the completed trials of an arm show of it; `null` where there is nothing to show. */
  evidence(trials: readonly Measurements[]): string | null;
}

/** How the trials of an arm did in a check. */
export interface CheckResult {
  readonly check: Check;
  /** The worst among the trials. */
  readonly standing: Extract<Standing, 'valid' | 'doubtful' | 'invalid'>;
  /** How many trials carry the warning, of how many. */
  readonly warned: number;
  readonly of: number;
  readonly evidence: string | null;
}

type Evidence = Omit<Check, 'code'>;

const BY_CODE: Readonly<Record<WarningCode, Evidence>> = {
  lost: share('Nothing lost', ({ messages }) => [messages.lost, messages.expected]),
  duplicated: share('Nothing twice', ({ messages }) => [messages.duplicated, messages.received]),
  reordered: share('Nothing out of order', ({ messages }) => [messages.reordered, messages.received]),
  unsent: share('Everything due was sent', ({ messages }) => [messages.unsent, messages.due]),
  surplus: share('No more than expected', ({ messages: { received, expected } }) => [
    Math.max(0, received - expected),
    expected,
  ]),
  connections: share('All connected', ({ connections: { asked, opened } }) => [asked - opened, asked]),
  unrecovered: share('All came back', ({ connections }) => [connections.unrecovered, connections.opened]),
  'negative-latency': share('Nothing before it was due', ({ messages }) => [
    messages.negative,
    messages.received,
  ]),
  'nothing-measured': {
    title: 'Something was measured',
    evidence: (trials) => `${whole(sum(trials, ({ messages }) => messages.expected))} expected`,
  },
  'unaccounted-bytes': {
    title: 'Accounts match the sockets',
    evidence: (trials) =>
      `${formatQuantity(
        sum(trials, ({ sockets: { up, down } }) => up + down),
        'B',
      )} counted`,
  },
  faults: {
    title: 'No protocol broken',
    evidence: (trials) =>
      whole(sum(trials, ({ faults }) => Object.values(faults).reduce((total, times) => total + times, 0))),
  },
  'late-generator': worst('Generator in time', 'lateness.p99', 'p99 late by'),
  'busy-generator': worst('Generator has CPU left', 'generator.cpuPercent', 'of a core'),
  'busy-server': worst('Server has CPU left', 'server.cpuPercent', 'of a core'),
  'crowded-cores': {
    title: 'Cores enough for all',
    evidence: (trials) =>
      highest(
        trials,
        (trial) => {
          const [server, generator] = [
            METRICS['server.cpuPercent'].of(trial),
            METRICS['generator.cpuPercent'].of(trial),
          ];
          return server === null || generator === null ? null : server + generator;
        },
        (percent) => `${formatNumber(percent)} % in all`,
      ),
  },
  'stolen-cpu': {
    title: 'Host left the CPU alone',
    evidence: (trials) =>
      highest(
        trials,
        ({ stolenCpuShare }) => stolenCpuShare,
        (part) => `${formatNumber(part * 100)} % taken`,
      ),
  },
  'aliased-phases': { title: 'Polls do not keep step', evidence: () => null },
  'few-samples': {
    title: 'Samples for a median',
    evidence: (trials) => {
      const fewest = Math.min(...trials.map(({ messages }) => messages.received));
      return fewest === 0 || trials.length === 0 ? null : `${whole(fewest)} at least`;
    },
  },
  'not-compressed': {
    title: 'Compressed where asked for',
    evidence: (trials) => {
      const asked = trials.filter(({ messages }) => messages.compressed !== undefined);
      return asked.length === 0
        ? null
        : `${whole(sum(asked, ({ messages }) => messages.compressed ?? 0))} messages`;
    },
  },
};

/** Every check, in the order of {@link WARNING_CODES}. */
export const CHECKS: readonly Check[] = WARNING_CODES.map((code) => ({ code, ...BY_CODE[code] }));

/** How an arm did in every check; nothing where no trial completed. */
export function checkResults({ completed }: Arm): CheckResult[] {
  if (completed.length === 0) return [];
  const trials = completed.map(({ measurements }) => measurements);
  return CHECKS.map((check) => {
    const levels = completed.flatMap((trial) => worstLevel(trial, check.code) ?? []);
    const standing = levels.includes('invalid')
      ? 'invalid'
      : levels.includes('doubtful')
        ? 'doubtful'
        : 'valid';
    return { check, standing, warned: levels.length, of: completed.length, evidence: check.evidence(trials) };
  });
}

function worstLevel({ warnings }: Completed, code: WarningCode) {
  const levels = warnings.filter((warning) => warning.code === code).map(({ level }) => level);
  return levels.includes('invalid') ? 'invalid' : levels[0];
}

/** So many of so many, over all trials; nothing where there was none that could have. */
function share(title: string, of: (trial: Measurements) => readonly [count: number, all: number]): Evidence {
  return {
    title,
    evidence: (trials) => {
      const all = sum(trials, (trial) => of(trial)[1]);
      return all === 0 ? null : `${whole(sum(trials, (trial) => of(trial)[0]))} of ${whole(all)}`;
    },
  };
}

/** The highest value of a metric among the trials. */
function worst(title: string, metric: MetricId, words: string): Evidence {
  const { of, unit } = METRICS[metric];
  const isShare = unit === '%';
  return {
    title,
    evidence: (trials) =>
      highest(trials, of, (value) => {
        const text = formatQuantity(value, unit);
        return isShare ? `${text} ${words}` : `${words} ${text}`;
      }),
  };
}

function highest(
  trials: readonly Measurements[],
  of: (trial: Measurements) => number | null,
  inWords: (value: number) => string,
): string | null {
  const values = trials.map(of).filter((value) => value !== null);
  return values.length === 0 ? null : inWords(Math.max(...values));
}

function sum(trials: readonly Measurements[], of: (trial: Measurements) => number): number {
  return trials.reduce((total, trial) => total + of(trial), 0);
}

function whole(count: number): string {
  return count.toLocaleString('en-US');
}
