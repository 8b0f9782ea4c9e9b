import { explainerOf, type FieldProblem } from './explain.ts';
import { type Scenario, scenarioSchema } from './schema.ts';

/** A scenario that cannot be run, with all that is wrong with it. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly code = 'SCENARIO';

  /** What people know the scenario by: a file or a flag. */
  readonly where: string;
  /** One or more; the message has a line for each. */
  readonly problems: readonly FieldProblem[];

  constructor(where: string, problems: readonly FieldProblem[]) {
    super(
      problems
        .map(({ field, message }) => [`${where}:`, field, message].filter(Boolean).join(' '))
        .join('\n'),
    );
    this.where = where;
    this.problems = problems;
  }
}

const explain = explainerOf(scenarioSchema);

/**
 * The one way into the program for a scenario: fills in the defaults and checks everything.
 *
 * @param where what people know the scenario by, named in every message.
 * @throws ScenarioError with every problem found.
 */
export function parseScenario(value: unknown, where: string): Scenario {
  const parsed = scenarioSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ScenarioError(where, explain(parsed.error, value));
}
