import { type Scenario, type ScenarioInput, scenarioSchema } from '../../scenarios/schema.ts';
import type { PlannedTrial } from '../plan.ts';

/** A complete push workload from the parts that a test is about. */
export function pushOf(workload: Partial<Record<string, unknown>> = {}): ScenarioInput['workload'] {
  return {
    kind: 'push',
    origin: 'publisher',
    audience: 'all',
    payloadBytes: 32,
    schedule: { kind: 'constant', perSecond: 100 },
    ...workload,
  } as ScenarioInput['workload'];
}

/** A complete scenario from the parts that a test is about; by default a short live feed of three clients. */
export function scenarioOf(input: Partial<ScenarioInput> = {}): Scenario {
  return scenarioSchema.parse({
    name: 'test',
    question: 'Does it work?',
    workload: pushOf(),
    connections: 3,
    phases: { warmupMs: 100, measureMs: 400, drainMs: 1_000 },
    ...input,
  });
}

/** A trial of a scenario; by default over SSE from a server that nobody starts. */
export function trialOf(parts: Partial<PlannedTrial> = {}): PlannedTrial {
  return {
    scenario: scenarioOf(),
    transport: 'sse',
    server: { name: 'nowhere', command: ['false'], cwd: '/', env: {} },
    block: 0,
    order: 0,
    seed: 1,
    ...parts,
  };
}
