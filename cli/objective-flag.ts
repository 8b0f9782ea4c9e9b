import { type Objective, ObjectiveError, parseObjective } from '../reports/objectives.ts';
import { UsageError } from './exit.ts';

/**
 * What a metric is to be, such as `latency.p99<=100ms`.
 *
 * @throws UsageError that names the flag, if `text` says no such thing.
 */
export function objectiveFlag(flag: string, text: string): Objective {
  try {
    return parseObjective(text);
  } catch (error) {
    if (error instanceof ObjectiveError)
      throw new UsageError(`--${flag}: ${error.message}`, { cause: error });
    throw error;
  }
}
