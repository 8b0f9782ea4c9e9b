import { availableParallelism } from 'node:os';
import { decodeHistogram, type Histogram, quantileUs } from '../reports/results/histogram.ts';
import type { Measurements, ProcessUse, Warning } from '../reports/results/schema.ts';

/**
 * Who was the limit: the generator, the server, or the machine under both. A generator at its
 * limit measures itself, which is invalid; a server at its limit is a finding about the server.
 */

/** A process of one thread that uses more of a core than this does not keep up for long. */
const BUSY_SHARE = 0.9;

/** A process counts as one that wants a core of its own from here on. */
const ACTIVE_SHARE = 0.5;

/** Tasks that run this late are noise on a machine that is shared. */
const TOLERABLE_DELAY_US = 10_000;

/** The harness may be late by this share of the latency that it measures. */
const TOLERABLE_DELAY_SHARE = 0.2;

/** More stolen time than this shows in every tail. */
const TOLERABLE_STOLEN_SHARE = 0.02;

/** A quantile q is judged by where n(1 − q) is at least this. */
const SAMPLES_BEYOND = 20;

/** What limited a trial. */
export function saturationWarnings(measured: Measurements, cores = availableParallelism()): Warning[] {
  return [
    ...lateWarnings(measured),
    ...busyGeneratorWarnings(measured),
    ...busyServerWarnings(measured),
    ...crowdWarnings(measured, cores),
    ...stolenWarnings(measured),
  ];
}

/**
 * The harness's own delay: how late its tasks ran, sending included, whatever the server did. It
 * is compared with the latency at the highest quantile that its samples carry.
 */
function lateWarnings({ histograms }: Measurements): Warning[] {
  const delay = decodeHistogram(histograms.loopDelay);
  const latency = decodeHistogram(histograms.latency);
  const q = highestCarried(delay);
  const delayUs = q === null ? null : quantileUs(delay, q);
  const latencyUs = q === null ? null : quantileUs(latency, q);
  if (q === null || delayUs === null || delayUs <= TOLERABLE_DELAY_US) return [];
  if (latencyUs !== null && delayUs <= latencyUs * TOLERABLE_DELAY_SHARE) return [];
  const percentile = `p${Number((q * 100).toFixed(1))}`;
  const beside = latencyUs === null ? '' : `, where the latency is ${milliseconds(latencyUs)}`;
  return [
    {
      code: 'late-generator',
      level: 'invalid',
      message: `the generator's own tasks ran ${milliseconds(delayUs)} late at ${percentile}${beside}`,
    },
  ];
}

function highestCarried(histogram: Histogram): number | null {
  return [0.99, 0.9, 0.5].find((q) => histogram.totalCount * (1 - q) >= SAMPLES_BEYOND - 1e-6) ?? null;
}

function busyGeneratorWarnings({ processes, measureMs }: Measurements): Warning[] {
  const busiest = processes
    .filter(({ role }) => role !== 'server')
    .reduce<ProcessUse | null>((most, one) => (most === null || one.cpuUs > most.cpuUs ? one : most), null);
  if (busiest === null || shareOf(busiest, measureMs) < BUSY_SHARE) return [];
  const share = percent(shareOf(busiest, measureMs));
  return [{ code: 'busy-generator', level: 'invalid', message: `a ${busiest.role} used ${share} of a core` }];
}

function busyServerWarnings({ processes, measureMs }: Measurements): Warning[] {
  const server = processes.find(({ role }) => role === 'server');
  if (server === undefined || shareOf(server, measureMs) < BUSY_SHARE) return [];
  const share = percent(shareOf(server, measureMs));
  return [{ code: 'busy-server', level: 'doubtful', message: `the server used ${share} of a core` }];
}

function crowdWarnings({ processes, measureMs }: Measurements, cores: number): Warning[] {
  const active = processes.filter((one) => shareOf(one, measureMs) >= ACTIVE_SHARE).length;
  if (active <= cores) return [];
  const message = `${active} processes were busy on ${cores} ${cores === 1 ? 'core' : 'cores'}`;
  return [{ code: 'crowded-cores', level: 'doubtful', message }];
}

function stolenWarnings({ stolenCpuShare }: Measurements): Warning[] {
  if (stolenCpuShare === null || stolenCpuShare <= TOLERABLE_STOLEN_SHARE) return [];
  const message = `the host took ${percent(stolenCpuShare)} of the cores' time for others`;
  return [{ code: 'stolen-cpu', level: 'doubtful', message }];
}

function shareOf({ cpuUs }: ProcessUse, measureMs: number): number {
  return cpuUs / 1e3 / measureMs;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function milliseconds(us: number): string {
  return `${(us / 1e3).toFixed(1)} ms`;
}
