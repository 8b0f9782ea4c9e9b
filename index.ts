/**
 * wirebench as a library: ask for a comparison, get its results.
 *
 * ```js
 * import { run } from 'wirebench';
 * const results = await run({ scenarios: ['chat'], transports: ['sse', 'websocket'], trials: 6 });
 * ```
 */
import { randomInt } from 'node:crypto';
import type { Results } from './reports/results/schema.ts';
import { type RunEvent, run as runComparison } from './runners/run.ts';
import { builtin, isBuiltin } from './scenarios/builtin.ts';
import { parseScenario } from './scenarios/parse.ts';
import type { Scenario, ScenarioInput } from './scenarios/schema.ts';
import { type ServerSpec, TRANSPORTS, type Transport } from './servers/contract.ts';
import { referenceServer } from './servers/reference/spec.ts';
import { readServer, type ServerModule, specOf } from './servers/server-module.ts';

export { defineConfig } from './cli/config/define.ts';
export type { Config } from './cli/config/schema.ts';
export type { Results, Trial } from './reports/results/schema.ts';
export type { RunEvent } from './runners/run.ts';
export { defineScenario } from './scenarios/define.ts';
export type { FieldProblem as ScenarioProblem } from './scenarios/explain.ts';
export { ScenarioError } from './scenarios/parse.ts';
export type { Scenario, ScenarioInput } from './scenarios/schema.ts';
export type { CommandServer, ServerSpec, Transport, UrlServer } from './servers/contract.ts';
export { TRANSPORTS } from './servers/contract.ts';
export type {
  Dialect,
  PollDialect,
  PublishDialect,
  SocketDialect,
  StreamDialect,
} from './servers/dialect.ts';
export { defineServer, type ServerModule } from './servers/server-module.ts';

/** What to compare. Only the scenarios have no default. */
export interface RunInput {
  /** Names of built-in scenarios, and scenarios. */
  readonly scenarios: readonly (string | ScenarioInput)[];
  /** By default all four. */
  readonly transports?: readonly Transport[];
  /**
   * By default the reference server. What `defineServer` returns will do where it has no `speaks`; one that has
   * is given by the address of its module, such as `new URL('./mine.mjs', import.meta.url)`, since every process
   * of the load generator imports it. So can every other server file or module.
   */
  readonly servers?: readonly (ServerSpec | ServerModule | URL)[];
  /** Trials of each scenario on each transport of each server; by default 1. An interval needs 6. */
  readonly trials?: number;
  /** Seed of the order and of all due times; by default a random one, which the results record. */
  readonly seed?: number;
  /** Generator processes; by default as many as the connections need. */
  readonly workers?: number;
  /** Whether to ask first how many plain requests each server can answer; by default not. */
  readonly ceiling?: boolean;
  /** Ends the run; the finished trials are returned. */
  readonly signal?: AbortSignal;
  /** Told what happens. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Called with all results so far after every trial, and awaited. */
  readonly save?: (results: Results) => Promise<void>;
}

/**
 * Runs a comparison on this machine. A trial that fails is a result, not an error.
 *
 * @throws ScenarioError for a scenario that cannot be run; RangeError for an unknown built-in name
 *   and for two scenarios or servers of one name; TypeError for a server that has to be given by its module;
 *   ServerFileError for a server file or module that cannot be used; whatever `save` throws.
 */
export async function run(input: RunInput): Promise<Results> {
  const scenarios = input.scenarios.flatMap(resolveScenario);
  const names = scenarios.map(({ name }) => name);
  const servers = await Promise.all((input.servers ?? [referenceServer()]).map(resolveServer));
  requireDistinct('scenarios', names);
  requireDistinct(
    'servers',
    servers.map(({ name }) => name),
  );
  return runComparison({
    transports: TRANSPORTS,
    trials: 1,
    seed: randomInt(2 ** 32),
    ceiling: false,
    ...input,
    scenarios,
    servers,
    commandLine: [],
  });
}

function resolveScenario(scenario: string | ScenarioInput, index: number): Scenario[] {
  if (typeof scenario !== 'string') return [parseScenario(scenario, `scenarios[${index}]`)];
  if (!isBuiltin(scenario)) throw new RangeError(`scenarios[${index}]: there is no built-in "${scenario}"`);
  return builtin(scenario);
}

function requireDistinct(what: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new RangeError(`two ${what} are named "${twice}"; rename one`);
}

async function resolveServer(server: ServerSpec | ServerModule | URL, index: number): Promise<ServerSpec> {
  if (server instanceof URL) return readServer(server);
  if ('speaks' in server && server.speaks !== undefined) {
    throw new TypeError(
      `servers[${index}]: "${server.name}" has words of its own ("speaks"), which every process of the load generator has to import: export it by default from a module, and give its address, as in new URL('./mine.mjs', import.meta.url)`,
    );
  }
  return specOf(server, process.cwd());
}
