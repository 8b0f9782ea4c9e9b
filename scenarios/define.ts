import type { ScenarioInput } from './schema.ts';

/**
 * Gives a scenario in a module file its types in an editor; it returns its argument. The
 * scenario is checked when it is run.
 *
 * ```js
 * import { defineScenario } from 'wirebench';
 * export default defineScenario({ name: 'ticker', … });
 * ```
 */
export function defineScenario(input: ScenarioInput): ScenarioInput {
  return input;
}
