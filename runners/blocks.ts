import type { Results, Trial } from '../reports/results/schema.ts';
import { type Comparison, type PlannedTrial, planBlock } from './plan.ts';

/** What a run asks and tells as it goes through its blocks. */
export interface BlockOptions {
  /**
   * Asked after every whole block; `true` sets all its trials aside, and measures all of it again: a rule
   * that looks at both sides of a comparison alike, and repeats both, cannot favour one. The caller bounds
   * how often.
   */
  readonly again?: (results: Results) => boolean;
  /** Asked after every whole block that stays; `true` ends the run, since it has shown what it is to show. */
  readonly enough?: (results: Results) => boolean;
  /** Called with all results so far after every trial, and awaited. A rejection ends the run with that error. */
  readonly save?: (results: Results) => Promise<void>;
}

/**
 * Goes through the blocks of a comparison, and yields the results after every trial.
 *
 * @param begun results without a trial.
 * @param measure runs one trial.
 * @param onAgain told before a block is measured again.
 */
export async function* throughBlocks(
  comparison: Comparison,
  begun: Results,
  { again, enough, save = async () => {} }: BlockOptions,
  measure: (trial: PlannedTrial) => Promise<Trial>,
  onAgain: (block: number) => void = () => {},
): AsyncGenerator<Results> {
  let results = begun;
  for (let block = 0; block < comparison.trials; ) {
    const plan = planBlock(comparison, block, timesRepeated(results, block));
    let repeat = false;
    for (const [place, planned] of plan.entries()) {
      const trial = await measure(planned);
      results = { ...results, trials: [...results.trials, trial] };
      repeat = place === plan.length - 1 && again?.(results) === true;
      if (repeat) results = setAside(results, block);
      await save(results);
      yield results;
    }
    if (repeat) {
      onAgain(block);
      continue;
    }
    if (enough?.(results)) return;
    block += 1;
  }
}

/** Takes a block out of what counts, and keeps it. */
function setAside(results: Results, block: number): Results {
  const { trials, repeated = [] } = results;
  const before = { block, trials: trials.filter((trial) => trial.block === block) };
  return {
    ...results,
    trials: trials.filter((trial) => trial.block !== block),
    repeated: [...repeated, before],
  };
}

function timesRepeated({ repeated = [] }: Results, block: number): number {
  return repeated.filter((one) => one.block === block).length;
}
