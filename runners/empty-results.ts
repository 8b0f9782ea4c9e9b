import type { Results } from '../reports/results/schema.ts';
import { verifies } from '../servers/contract.ts';
import { readEnvironment, readTool, readVersions } from './environment.ts';
import type { Comparison } from './plan.ts';

/** The results of a run that begins now, on this machine, with nothing measured yet. */
export function emptyResults(
  { scenarios, transports, servers, trials, seed }: Comparison,
  commandLine: readonly string[],
): Results {
  const unverified = servers.filter((server) => !verifies(server)).map(({ name }) => name);
  return {
    schema: 'wirebench/results@1',
    tool: readTool(),
    startedAt: new Date().toISOString(),
    commandLine,
    seed,
    environment: readEnvironment(),
    comparison: {
      scenarios: scenarios.map(({ name }) => name),
      transports,
      servers: servers.map(({ name }) => name),
      trials,
      ...(unverified.length === 0 ? {} : { unverified }),
    },
    versions: readVersions(),
    ceilings: [],
    trials: [],
  };
}
