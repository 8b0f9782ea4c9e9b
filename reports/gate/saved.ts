import { isDeepStrictEqual } from 'node:util';
import { formatList } from '../format.ts';
import type { Environment, Results, Trial } from '../results/schema.ts';
import { type ArmPair, pairArms } from './arms.ts';
import { type Asked, factsOf } from './check.ts';
import { answerOf } from './decide.ts';
import { gateName } from './gate.ts';
import { judge } from './judge.ts';
import { levelOf } from './looks.ts';
import { isCounted } from './margins.ts';
import type { Verdict } from './verdict.ts';
import { answerTo } from './words.ts';

/** Two saved runs that cannot be held against each other; `message` says why and what to do. */
export class IncomparableError extends Error {
  override readonly name = 'IncomparableError';
  readonly code = 'INCOMPARABLE';
}

/**
 * Judges a saved run by another one. They were not measured side by side, so what the machine decides
 * is gated only where the machine is the same, and then rests on its having been the same in between;
 * what is counted does not depend on it.
 *
 * @throws IncomparableError
 */
export function judgeSaved(
  base: Results,
  saved: Results,
  asked: Omit<Asked, 'looks' | 'transportsAsked'>,
): Verdict {
  oneServer(base, asked.baseline);
  oneServer(saved, asked.candidate);
  const pairs = pairArms(base.trials, saved.trials).map(alike);
  if (!pairs.some(({ baseline, candidate }) => baseline.length > 0 && candidate.length > 0)) {
    throw new IncomparableError(
      `${asked.baseline} and ${asked.candidate} have no scenario and transport in common`,
    );
  }
  const blocks = Math.min(...pairs.map(({ candidate }) => candidate.length));
  const looks = [blocks];
  const judgement = judge(pairs, asked.objectives, levelOf(looks));
  const verdict = {
    ...judgement,
    notes: [...judgement.notes, ...(base.seed === saved.seed ? [] : [OTHER_SEED])],
    repeated: [],
    baseline: asked.baseline,
    candidate: asked.candidate,
    ...factsOf(saved),
    blocks,
    looks,
  };
  return withoutOtherMachine(base.environment, saved.environment, verdict);
}

const OTHER_SEED =
  'the two runs had different seeds and so different loads; with the same --seed, more of what is counted is exact';

function oneServer({ trials }: Results, file: string): void {
  const servers = new Set(trials.map(({ server }) => server));
  if (servers.size > 1) {
    const names = formatList([...servers]);
    throw new IncomparableError(`${file} has trials of several servers, ${names}: save a run of one server`);
  }
}

/** A pair of the same question. Where one side has more blocks, those it shares with the other are compared. */
function alike(pair: ArmPair): ArmPair {
  const { scenario, transport, baseline, candidate } = pair;
  const [before, after] = [baseline[0]?.scenario, candidate[0]?.scenario];
  if (before !== undefined && after !== undefined && !isDeepStrictEqual(before, after)) {
    const keys = Object.keys(before) as (keyof typeof before)[];
    const changed = keys.filter((key) => !isDeepStrictEqual(before[key], after[key]));
    throw new IncomparableError(
      `the scenario "${scenario.name}" was changed in between (${formatList(changed)}), so the two runs answer different questions; save a new baseline`,
    );
  }
  if (baseline.length === 0 || candidate.length === 0) return pair;
  const shared = (trials: readonly Trial[], others: readonly Trial[]) =>
    trials.filter(({ block, outcome }) => {
      // What went wrong stays, wherever it did.
      return (
        outcome.status !== 'completed' ||
        outcome.validity === 'invalid' ||
        others.some((other) => other.block === block)
      );
    });
  return {
    scenario,
    transport,
    baseline: shared(baseline, candidate),
    candidate: shared(candidate, baseline),
  };
}

/**
 * What the machine decides is not to be compared with another one's. A regression in what is counted is
 * one on any machine, and stands; else there is no verdict.
 */
function withoutOtherMachine(base: Environment, saved: Environment, verdict: Verdict): Verdict {
  const changed = (Object.keys(base) as (keyof Environment)[]).filter((key) => base[key] !== saved[key]);
  const timed = verdict.gates.filter(({ gate }) => !isCounted(gate.metric));
  if (changed.length === 0 || timed.length === 0) return verdict;
  const fields = changed.map((key) => `${key} ${base[key]} there, ${saved[key]} here`);
  const names = timed.slice(0, 2).map(({ gate }) => gateName(gate));
  const others = timed.length > 2 ? ` and ${timed.length - 2} others` : '';
  const reason = `the baseline is of another machine (${fields.join('; ')}), on which ${formatList(names)}${others} depend`;
  const counted = verdict.gates.filter(({ gate }) => isCounted(gate.metric));
  if (counted.some((each) => answerTo(each) === 'regressed')) {
    const notes = [...verdict.notes, `${reason}: not compared`];
    return { ...verdict, gates: counted, answer: answerOf(counted, verdict.problems), notes };
  }
  throw new IncomparableError(
    `${reason}; measure both here (--base-ref, --base-server), or gate what is counted (--gate 'bytes.perMessage <= +1%')`,
  );
}
