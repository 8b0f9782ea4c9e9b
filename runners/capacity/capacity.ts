import type { LoadKind, StepVerdict } from '../../reports/results/capacity.ts';
import type { Capacity, CapacityStep, Outcome, Results, Stage, Trial } from '../../reports/results/schema.ts';
import { randomFrom } from '../../scenarios/random.ts';
import type { Scenario } from '../../scenarios/schema.ts';
import type { ServerSpec, Transport } from '../../servers/contract.ts';
import { emptyResults } from '../empty-results.ts';
import { readLimits } from '../environment.ts';
import type { PlannedTrial } from '../plan.ts';
import { startGuard } from '../processes/guard.ts';
import { recordTrial } from '../record-trial.ts';
import { beyondMachine } from '../staffing.ts';
import { answerOf, nextStep, type Range } from './search.ts';

/** One search: how much of a load a transport of a server can carry. */
export interface Search {
  readonly scenario: Scenario;
  readonly transport: Transport;
  readonly server: ServerSpec;
  readonly by: LoadKind;
  /** For the results, as they can be read again. */
  readonly objectives: readonly string[];
  readonly range: Range;
  /** The scenario at a load: as many messages or clients, and as long as the objectives need. */
  readonly at: (load: number) => Scenario;
  /** What a step says of the server; `limit` is what of it the machine does not allow. */
  readonly judge: (
    outcome: Outcome,
    limit: string | null,
  ) => { readonly verdict: StepVerdict; readonly reasons: readonly string[] };
}

/** What to search, and whom to tell. */
export interface CapacityOptions {
  readonly searches: readonly Search[];
  readonly seed: number;
  /** Generator processes; by default as many as the descriptor limit asks for. */
  readonly workers?: number;
  readonly commandLine: readonly string[];
  /** Ends the search: the step in flight is dropped, the finished ones are kept. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: CapacityEvent) => void;
  /** Called with all results so far after every step, and awaited. A rejection ends the search with that error. */
  readonly save?: (results: Results) => Promise<void>;
}

/** What happens, in this order. */
export type CapacityEvent =
  | { readonly kind: 'step'; readonly search: Search; readonly load: number; readonly scenario: Scenario }
  | { readonly kind: 'stage'; readonly search: Search; readonly load: number; readonly stage: Stage }
  | { readonly kind: 'step-done'; readonly search: Search; readonly step: CapacityStep }
  | { readonly kind: 'search-done'; readonly search: Search; readonly found: Capacity };

/**
 * Searches, one after the other, for the highest load that still meets the objectives. Every step is an
 * open-loop trial with processes of its own.
 *
 * A step that fails is a result, not an error. When `signal` ends the search, what is finished is
 * returned, and no process is left.
 *
 * @throws whatever `save` throws; nothing that a server or scenario can provoke.
 */
export async function measureCapacity(options: CapacityOptions): Promise<Results> {
  const { workers = null, onEvent = () => {}, signal = new AbortController().signal } = options;
  const guard = await startGuard();
  try {
    return await searchAll({ ...options, signal }, (planned, search, load) => {
      const onStage = (stage: Stage) => onEvent({ kind: 'stage', search, load, stage });
      return recordTrial(planned, { signal, guard, workers, onStage });
    });
  } finally {
    await guard.close();
  }
}

/** Runs the trial of a step. */
type RunStep = (planned: PlannedTrial, search: Search, load: number) => Promise<Trial>;

/** The searches themselves, however a step is run. */
export async function searchAll(options: CapacityOptions, runStep: RunStep): Promise<Results> {
  const { searches, seed, commandLine, workers = null } = options;
  const { signal, onEvent = () => {}, save = async () => {} } = options;
  const distinct = <T>(of: (search: Search) => T) => [...new Set(searches.map(of))];
  const comparison = {
    scenarios: distinct(({ scenario }) => scenario),
    transports: distinct(({ transport }) => transport),
    servers: distinct(({ server }) => server),
    trials: 0,
    seed,
  };
  const finished: Capacity[] = [];
  const begun = emptyResults(comparison, commandLine);
  let results: Results = { ...begun, capacities: [] };
  let order = 0;
  try {
    for (const search of searches) {
      let found = foundBy(search, []);
      for (let next = nextStep(search.range, []); next.kind === 'step'; ) {
        signal?.throwIfAborted();
        const { load } = next;
        const planned = plannedStep(search, load, found.steps.length, order, seed);
        order += 1;
        onEvent({ kind: 'step', search, load, scenario: planned.scenario });
        const limit = beyondMachine(planned, readLimits(), workers);
        const trial = await runStep(planned, search, load);
        const step = { load, ...search.judge(trial.outcome, limit), trial };
        found = foundBy(search, [...found.steps, step]);
        results = { ...begun, capacities: [...finished, found] };
        await save(results);
        onEvent({ kind: 'step-done', search, step });
        next = nextStep(search.range, found.steps);
      }
      finished.push(found);
      onEvent({ kind: 'search-done', search, found });
    }
  } catch (error) {
    // The step in flight is dropped; what is finished has been saved.
    if (signal?.aborted !== true) throw error;
  }
  return results;
}

/** Every step has due times of its own: the same again would miss by the same bad luck. */
function plannedStep(
  { transport, server, at }: Search,
  load: number,
  block: number,
  order: number,
  seed: number,
): PlannedTrial {
  const stepSeed = Math.floor(randomFrom(seed, 'step', order)() * 0x1_0000_0000);
  return { scenario: at(load), transport, server, block, order, seed: stepSeed };
}

function foundBy(search: Search, steps: readonly CapacityStep[]): Capacity {
  const { scenario, transport, server, by, objectives, range } = search;
  const { from, to, precision } = range;
  return {
    scenario: scenario.name,
    transport,
    server: server.name,
    by,
    objectives,
    range: { from, to, precision },
    steps,
    answer: answerOf(range, steps),
  };
}
