import { type Chart, compact } from '../../html/chart.ts';
import { ratioSpec, shortTitle } from '../../html/charts/ratios.ts';
import { type ComparedScenario, FINDING_WORDS, formatEffect, formatInterval } from '../people.ts';

/** Every ratio of a scenario that is not 1 for sure, with its interval; `null` where there is none. */
export function comparisonChart({ scenario, pairs }: ComparedScenario): Chart | null {
  const shown = pairs.flatMap(({ pair, name, changes }) =>
    changes
      .filter(({ effect, finding }) => effect === 'ratio' && finding !== 'equal')
      .map((change) => ({ pair, name, change })),
  );
  if (shown.length === 0) return null;
  const points = shown.map(({ name, change }) => ({
    arm: name,
    metric: shortTitle(change.title),
    ratio: compact(change.estimate),
    low: compact(change.low ?? change.estimate),
    high: compact(change.high ?? change.estimate),
    tip: `${name}, ${change.title}: ×${formatEffect(change)} ${formatInterval(change)} ${FINDING_WORDS[change.finding]}`,
  }));
  const arms = pairs.map(({ pair }) => ({ transport: pair.transport, server: pair.servers.before }));
  return {
    title: `Ratios in ${scenario}`,
    reading:
      'Point: the ratio after / before, on a logarithmic axis. Line through it: its 95 % interval, where there are trials enough. Left of ×1 is less, right of it more; where a line crosses ×1, it cannot be told.',
    size: 'full',
    keys: [],
    table: {
      caption: `Ratios in ${scenario}`,
      columns: ['Transport and metric', 'Ratio', '95 % interval'],
      rows: shown.map(({ name, change }) => [
        `${name}: ${change.title}`,
        formatEffect(change),
        formatInterval(change) || '–',
      ]),
    },
    spec: ratioSpec(points, arms, 'after, times before'),
  };
}
