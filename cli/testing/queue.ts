import { newSliceHistogram, SLICES } from '../../reports/results/histogram.ts';
import type { Trial } from '../../reports/results/schema.ts';
import { encoded, measurements, NO_BYTES } from '../../reports/testing/results.ts';
import { searchAll } from '../../runners/capacity/capacity.ts';
import type { PlannedTrial } from '../../runners/plan.ts';
import { planTraffic } from '../../runners/traffic.ts';
import { judge } from '../../runners/validity.ts';
import { ROOMS, type Rooms } from '../rooms.ts';

/** A server that answers one request after the other, and whoever sends them. */
export interface Queue {
  /** What it takes for each. */
  readonly serviceMs: number;
  /** Requests per second with which the generator uses a whole core; by default it has no limit. */
  readonly generatorPerSecond?: number;
}

/**
 * The rooms, with a queue in the place of processes: the requests of the plan are due when they would be in
 * a trial, wait for those before them (Lindley 1952), and are judged as those of a trial are.
 */
export function queueRooms(queue: Queue): Rooms {
  return {
    ...ROOMS,
    measureCapacity: (options) =>
      searchAll(options, async (planned, search, load) => {
        options.onEvent?.({ kind: 'stage', search, load, stage: 'measure' });
        return trialOf(planned, queue);
      }),
  };
}

function trialOf(planned: PlannedTrial, { serviceMs, generatorPerSecond = Infinity }: Queue): Trial {
  const { scenario, transport, server, block, order, seed } = planned;
  const { warmupMs, measureMs } = scenario.phases;
  const traffic = planTraffic(scenario, seed);
  const dueUs = Array.from({ length: scenario.connections }, (_, source) => [...traffic.messagesOf(source)])
    .flat()
    .map((message) => message.dueUs)
    .sort((left, right) => left - right);
  const latenciesUs: number[] = [];
  const intervals = Array.from({ length: SLICES }, (): number[] => []);
  let freeUs = 0;
  for (const atUs of dueUs) {
    freeUs = Math.max(freeUs, atUs) + serviceMs * 1e3;
    const sinceMs = atUs / 1e3 - warmupMs;
    if (sinceMs < 0) continue;
    latenciesUs.push(freeUs - atUs);
    intervals[Math.floor((sinceMs * SLICES) / measureMs)]?.push(freeUs - atUs);
  }
  const count = latenciesUs.length;
  const latency = encoded(latenciesUs);
  const generatorShare = Math.min(1, (count * 1e3) / measureMs / generatorPerSecond);
  const measured = measurements({
    measureMs,
    histograms: { ...measurements().histograms, latency, service: latency },
    intervals: intervals.map((samples, index) => ({
      startMs: (index * measureMs) / SLICES,
      expected: samples.length,
      latency: encoded(samples, newSliceHistogram()),
    })),
    messages: { ...measurements().messages, due: count, sent: count, expected: count, received: count },
    connections: { ...measurements().connections, asked: 1, opened: 1 },
    bytes: { up: NO_BYTES, down: NO_BYTES },
    processes: [
      { role: 'worker', cpuUs: generatorShare * measureMs * 1e3, rssBytes: 60e6, rssBeforeBytes: 50e6 },
    ],
  });
  const outcome = { status: 'completed', measurements: measured, ...judge(planned, measured, []) } as const;
  return { scenario, transport, server: server.name, block, order, seed, startedAt: '', outcome };
}

/**
 * The share of requests that wait no longer than `waitMs` in an M/D/1 queue: Poisson arrivals, one server, the
 * same service time for each (Erlang 1909; Kleinrock, Queueing Systems I, 1975, has it as an exercise of M/G/1).
 * With ρ = λD:
 *
 *     P(W ≤ t) = (1 − ρ) Σ_{k=0}^{⌊t/D⌋} (λ(kD − t))ᵏ/k! · e^(−λ(kD − t))
 */
export function waitsAtMost(waitMs: number, perSecond: number, serviceMs: number): number {
  const perMs = perSecond / 1e3;
  let sum = 0;
  let factorial = 1;
  for (let k = 0; k <= Math.floor(waitMs / serviceMs + 1e-9); k += 1) {
    if (k > 0) factorial *= k;
    const exponent = perMs * (k * serviceMs - waitMs);
    sum += (exponent ** k / factorial) * Math.exp(-exponent);
  }
  return (1 - perMs * serviceMs) * sum;
}

/** The highest rate at which a share of the requests to an M/D/1 queue is answered within a latency. */
export function capacityOfMD1(share: number, latencyMs: number, serviceMs: number): number {
  let low = 0;
  let high = 1e3 / serviceMs;
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (waitsAtMost(latencyMs - serviceMs, middle, serviceMs) >= share) low = middle;
    else high = middle;
  }
  return low;
}
