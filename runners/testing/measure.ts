import { addHistograms, decodeHistogram } from '../../reports/results/histogram.ts';
import type { Completed } from '../../reports/results/schema.ts';
import { parseScenario } from '../../scenarios/parse.ts';
import type { ScenarioInput } from '../../scenarios/schema.ts';
import type { ServerSpec, Transport } from '../../servers/contract.ts';
import { referenceServer } from '../../servers/reference/spec.ts';
import { run } from '../run.ts';
import { undisturbed } from './trials.ts';

/** Everything of a scenario that a test does not care about. */
const ANY = { name: 'test', question: 'What comes out?' } as const;

/** What {@link measure} is told. */
export interface Measure {
  readonly scenario: Omit<ScenarioInput, 'name' | 'question'>;
  readonly transport: Transport;
  readonly server?: ServerSpec;
  readonly seed?: number;
  readonly workers?: number;
}

/** Runs one trial with real processes; a trial that does not complete fails the test with its reason. */
export async function measure({
  scenario,
  transport,
  server,
  seed = 1,
  workers,
}: Measure): Promise<Completed> {
  const { trials } = await run({
    scenarios: [parseScenario({ ...ANY, ...scenario }, 'test')],
    transports: [transport],
    servers: [server ?? referenceServer()],
    trials: 1,
    seed,
    ceiling: false,
    commandLine: ['test'],
    ...(workers === undefined ? {} : { workers }),
  });
  const outcome = trials[0]?.outcome;
  if (outcome?.status !== 'completed')
    throw new Error(`the trial did not complete: ${JSON.stringify(outcome)}`);
  return undisturbed(outcome);
}

/** Milliseconds as people compare them with what they expected. */
export function inMs(...values: readonly number[]): string {
  return `${values.map((value) => value.toFixed(1)).join(' / ')} ms`;
}

/** The latency of a trial, in milliseconds. */
export function latencyMs({ measurements }: Pick<Completed, 'measurements'>) {
  const histogram = addHistograms([decodeHistogram(measurements.histograms.latency)]);
  return {
    samples: histogram.totalCount,
    mean: histogram.mean / 1e3,
    min: histogram.minNonZeroValue / 1e3,
    max: histogram.maxValue / 1e3,
    quantile: (q: number) => histogram.getValueAtPercentile(q * 100) / 1e3,
  };
}
