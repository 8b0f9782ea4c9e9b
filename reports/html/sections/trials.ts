import { driftOf } from '../../drift.ts';
import { formatCount, formatList, formatNumber, sentence } from '../../format.ts';
import type { MetricId } from '../../metrics.ts';
import { type Arm, type ScenarioSummary, shown } from '../../summary.ts';
import { armNames } from '../../transports.ts';
import { trialsChart, trialValue } from '../charts/trials.ts';
import type { Section } from '../section.ts';

/** What is followed from trial to trial: the first that every arm with samples has. */
const CANDIDATES: readonly MetricId[] = ['latency.p99', 'latency.p50', 'latency.mean', 'connect.p50'];

/** The trials in the order in which they ran; a single trial has none. */
export function trialsSection({ scenario, arms }: ScenarioSummary): Section | null {
  const repeated = arms.filter(({ completed }) => completed.length > 1);
  if (repeated.length === 0) return null;
  const metric = CANDIDATES.find((candidate) => repeated.every((arm) => shown(arm, candidate) !== null));
  if (metric === undefined) return null;
  const chart = trialsChart(arms, metric);
  if (chart === null) return null;
  return {
    id: `${scenario.name}-trials`,
    title: 'Trials in run order',
    finding: [...spreadSentence(repeated, metric), ...driftSentences(repeated, metric)],
    content: [chart],
    place: 'beside',
  };
}

/** How much the trials of an arm differ among themselves. */
function spreadSentence(arms: readonly Arm[], metric: MetricId): string[] {
  const nameOf = armNames(arms, 'inSentence');
  const spreads = arms
    .flatMap((arm) => {
      const values = inOrder(arm, metric);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      return low > 0 ? [{ name: nameOf(arm), times: high / low }] : [];
    })
    .sort((left, right) => left.times - right.times);
  const words = spreads.map(
    ({ name, times }) => `${formatNumber(Number(times.toPrecision(3)))} over ${name}`,
  );
  if (words.length === 0) return [];
  return [sentence(`from the lowest trial to the highest it is a factor of ${formatList(words)}`)];
}

function driftSentences(arms: readonly Arm[], metric: MetricId): string[] {
  const nameOf = armNames(arms, 'inSentence');
  const having = (drift: ReturnType<typeof driftOf>) =>
    arms.filter((arm) => driftOf(inOrder(arm, metric)) === drift).map(nameOf);
  const [rising, falling, none, few] = [having('rises'), having('falls'), having('none'), having('too few')];
  const trials = Math.min(...arms.map(({ completed }) => completed.length));
  return [
    ...(rising.length === 0 ? [] : [`it rises from trial to trial over ${formatList(rising)}`]),
    ...(falling.length === 0 ? [] : [`it falls from trial to trial over ${formatList(falling)}`]),
    ...(none.length === 0 ? [] : [`no drift can be seen over ${formatList(none)}`]),
    ...(few.length === 0 ? [] : [`${formatCount(trials, 'trial')} could not show a drift; 5 could`]),
  ].map(sentence);
}

function inOrder({ trials }: Arm, metric: MetricId): number[] {
  return [...trials]
    .sort((left, right) => left.order - right.order)
    .map((trial) => trialValue(trial, metric))
    .filter((value) => value !== null);
}
