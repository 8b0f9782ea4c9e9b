import type { Trial } from '../reports/results/schema.ts';
import type { PlannedTrial } from './plan.ts';
import { runTrial, type TrialSurroundings } from './trial.ts';

/** Runs one trial as the results file holds it. Rejects only with the reason of `signal`. */
export async function recordTrial(planned: PlannedTrial, surroundings: TrialSurroundings): Promise<Trial> {
  const startedAt = new Date().toISOString();
  const outcome = await runTrial(planned, surroundings);
  const { scenario, transport, server, block, order, seed } = planned;
  return { scenario, transport, server: server.name, block, order, seed, startedAt, outcome };
}
