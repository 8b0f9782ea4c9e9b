import { randomInt } from 'node:crypto';

/**
 * Before the property tests: settles how many cases each property is tried with and what they are
 * drawn from, and says so, in one line, also when all goes well. The test processes inherit it.
 */
export default function settle() {
  process.env.WIREBENCH_PROPERTY_RUNS ??= '1000';
  process.env.WIREBENCH_PROPERTY_SEED ??= String(randomInt(2 ** 31));
  const { WIREBENCH_PROPERTY_RUNS: runs, WIREBENCH_PROPERTY_SEED: seed } = process.env;
  console.log(
    `properties: ${Number(runs).toLocaleString('en-US')} cases of each, from seed ${seed} (WIREBENCH_PROPERTY_SEED=${seed} repeats them)`,
  );
}
