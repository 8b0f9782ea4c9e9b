import { decodeHistogram } from '../reports/results/histogram.ts';
import {
  ACCOUNTS,
  type Completed,
  type Measurements,
  type Warning,
  type WarningCode,
} from '../reports/results/schema.ts';
import type { PlannedTrial } from './plan.ts';
import { saturationWarnings } from './saturation.ts';
import { planTraffic } from './traffic.ts';

/** The word on a completed trial, and the reasons for it. */
export type Judgement = Pick<Completed, 'validity' | 'warnings'>;

/** A median is carried by this many samples: n(1 − q) ≥ 20 with q = 0.5. */
const FEWEST_SAMPLES = 40;

/** Fewer independent phases than this do not average a commensurate period out. */
const FEWEST_PHASES = 20;

/**
 * Says whether a completed trial can be believed.
 *
 * @param failures the reasons of the connections that could not be opened.
 */
export function judge(trial: PlannedTrial, measured: Measurements, failures: readonly string[]): Judgement {
  const warnings = [
    ...deliveryWarnings(trial, measured),
    ...connectionWarnings(trial, measured, failures),
    ...clockWarnings(measured),
    ...accountWarnings(measured),
    ...faultWarnings(measured),
    ...saturationWarnings(measured),
    ...sampleWarnings(trial, measured),
    ...aliasWarnings(trial),
    ...compressionWarnings(trial, measured),
  ];
  const levels = new Set(warnings.map(({ level }) => level));
  const validity = levels.has('invalid') ? 'invalid' : levels.has('doubtful') ? 'doubtful' : 'valid';
  return { validity, warnings };
}

function deliveryWarnings({ scenario }: PlannedTrial, { messages }: Measurements): Warning[] {
  const { allow } = scenario;
  const warnings: Warning[] = [];
  const exceeds = (code: 'lost' | 'duplicated' | 'reordered', of: number) => {
    if (messages[code] <= allow[code]) return;
    warnings.push(
      invalid(
        code,
        `${count(messages[code])} of ${count(of)} messages were ${code}; ${allowed(allow[code])}`,
      ),
    );
  };
  if (messages.unsent > allow.unsent) {
    const { unsent, due } = messages;
    warnings.push(
      invalid(
        'unsent',
        `${count(unsent)} of ${count(due)} messages were not taken by the server; ${allowed(allow.unsent)}`,
      ),
    );
  }
  exceeds('lost', messages.expected);
  exceeds('duplicated', messages.received);
  exceeds('reordered', messages.received);
  if (messages.received > messages.expected) {
    const { received, expected } = messages;
    warnings.push(
      invalid('surplus', `${count(received)} messages were delivered where ${count(expected)} were due`),
    );
  }
  if (messages.expected === 0 && scenario.workload.kind !== 'idle') {
    warnings.push(
      invalid('nothing-measured', 'no message was due in the measuring phase; lengthen it or raise the rate'),
    );
  }
  return warnings;
}

function connectionWarnings(
  { scenario: { allow } }: PlannedTrial,
  { connections }: Measurements,
  failures: readonly string[],
): Warning[] {
  const { asked, opened, unrecovered } = connections;
  const warnings: Warning[] = [];
  if (asked - opened > allow.connections) {
    const may = allow.connections === 0 ? '' : `; ${count(allow.connections)} may fail`;
    const reason = failures[0] === undefined ? '' : `; the first could not because: ${failures[0]}`;
    warnings.push(
      invalid('connections', `${count(opened)} of ${count(asked)} connections were opened${may}${reason}`),
    );
  }
  if (unrecovered > 0) {
    warnings.push(
      invalid(
        'unrecovered',
        `${count(unrecovered)} clients lost their connection and were not back at the end`,
      ),
    );
  }
  return warnings;
}

function clockWarnings({ messages }: Measurements): Warning[] {
  if (messages.negative === 0) return [];
  return [
    invalid(
      'negative-latency',
      `${count(messages.negative)} messages arrived before they were due or sent: the processes do not share a clock`,
    ),
  ];
}

/** The accounts are kept frame by frame, the sockets count for themselves: both must agree to the byte. */
function accountWarnings({ bytes, sockets }: Measurements): Warning[] {
  return (['up', 'down'] as const).flatMap((direction) => {
    const accounted = ACCOUNTS.reduce((sum, account) => sum + bytes[direction][account], 0);
    if (accounted === sockets[direction]) return [];
    return [
      invalid(
        'unaccounted-bytes',
        `the sockets counted ${count(sockets[direction])} B ${direction}, the accounts hold ${count(accounted)} B`,
      ),
    ];
  });
}

function faultWarnings({ faults }: Measurements): Warning[] {
  const reasons = Object.entries(faults).sort(([, left], [, right]) => right - left);
  const [first] = reasons;
  if (first === undefined) return [];
  const total = reasons.reduce((sum, [, times]) => sum + times, 0);
  return [
    invalid(
      'faults',
      `${count(total)} answers or connections went wrong, most often (${count(first[1])}): ${first[0]}`,
    ),
  ];
}

function sampleWarnings({ scenario }: PlannedTrial, { histograms }: Measurements): Warning[] {
  const samples = decodeHistogram(histograms.latency).totalCount;
  if (scenario.workload.kind === 'idle' || samples === 0 || samples >= FEWEST_SAMPLES) return [];
  return [
    {
      code: 'few-samples',
      level: 'doubtful',
      message: `${count(samples)} samples do not carry a median; ${FEWEST_SAMPLES} would`,
    },
  ];
}

/**
 * A poll every T of a message every P sees the same few latencies again and again when one is a
 * multiple of the other; only many independent phases show the distribution.
 */
function aliasWarnings({ scenario, transport, seed }: PlannedTrial): Warning[] {
  const { workload, tuning, connections } = scenario;
  if (transport !== 'polling' || workload.kind !== 'push') return [];
  const { schedule } = workload;
  if (schedule.kind !== 'constant' && schedule.kind !== 'burst') return [];
  const { everyMs } = tuning.polling;
  const periodMs = schedule.kind === 'constant' ? 1_000 / schedule.perSecond : schedule.everyMs;
  const ratio = Math.max(everyMs, periodMs) / Math.min(everyMs, periodMs);
  if (Math.abs(ratio - Math.round(ratio)) > 1e-6) return [];
  const { publisherSources, clientsSend } = planTraffic(scenario, seed);
  const sourcePhases = schedule.phase === 'fixed' ? 1 : clientsSend ? connections : publisherSources;
  const pollPhases = tuning.polling.phase === 'fixed' ? 1 : connections;
  const phases = Math.max(sourcePhases, pollPhases);
  if (phases >= FEWEST_PHASES) return [];
  return [
    {
      code: 'aliased-phases',
      level: 'doubtful',
      message:
        `a poll every ${everyMs} ms and a message every ${periodMs} ms keep step, so ${phases} ` +
        `${phases === 1 ? 'phase was' : 'phases were'} seen instead of all; use random phases and more clients, or a poisson schedule`,
    },
  ];
}

/** What was asked for and not given. A server may leave some messages as they are: the short ones, above all. */
function compressionWarnings({ transport }: PlannedTrial, { messages }: Measurements): Warning[] {
  if (messages.compressed !== 0 || messages.received === 0) return [];
  const what = transport === 'websocket' ? 'permessage-deflate' : 'gzip';
  return [
    {
      code: 'not-compressed',
      level: 'doubtful',
      message: `clients asked for ${what}, and the server compressed none of ${count(messages.received)} messages`,
    },
  ];
}

function invalid(code: WarningCode, message: string): Warning {
  return { code, level: 'invalid', message };
}

function allowed(number: number): string {
  return number === 0 ? 'none is allowed' : `${count(number)} are allowed`;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
