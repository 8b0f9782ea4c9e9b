import type { Results } from '../results/schema.ts';
import { exampleResults } from './example.ts';
import { completed, measurements, trial } from './results.ts';

/**
 * Text that would run, end the data, be put in twice by a replacement, or turn the line around, if it were
 * taken for anything but text.
 */
export const HOSTILE = `</script><img src=x onerror="document.title='run'">'$&$\`<!--\u202e`;

/** The example, with hostile text wherever a results file may hold text of others. */
export function hostileResults(): Results {
  const example = exampleResults(1);
  return {
    ...example,
    commandLine: ['run', HOSTILE],
    versions: { [HOSTILE]: HOSTILE },
    environment: { ...example.environment, cpuModel: HOSTILE },
    ceilings: example.ceilings.map((ceiling) => ({ ...ceiling, server: HOSTILE })),
    trials: [
      ...example.trials,
      ...example.trials.map((each) => ({
        ...each,
        server: HOSTILE,
        scenario: { ...each.scenario, question: HOSTILE },
      })),
      trial({ server: `${HOSTILE}2`, outcome: { status: 'failed', stage: 'server', reason: HOSTILE } }),
      trial({
        server: `${HOSTILE}3`,
        outcome: completed(measurements(), [{ code: 'faults', level: 'invalid', message: HOSTILE }]),
      }),
    ],
  };
}
