import { formatList, formatQuantity, sentence } from '../../format.ts';
import { rankingOf } from '../../headline.ts';
import type { Measurements } from '../../results/schema.ts';
import { slowSentences } from '../../slow-readers.ts';
import { type Arm, type ScenarioSummary, shown } from '../../summary.ts';
import { armNames } from '../../transports.ts';
import type { Section } from '../section.ts';
import { dataTable } from '../table.ts';

interface Count {
  readonly title: string;
  of(measured: Measurements): number;
}

/** What was counted, over all completed trials of an arm: sums, since a loss in any trial is a loss. */
const COUNTS: readonly Count[] = [
  { title: 'Due', of: ({ messages }) => messages.due },
  { title: 'Not sent', of: ({ messages }) => messages.unsent },
  { title: 'Expected', of: ({ messages }) => messages.expected },
  { title: 'Received', of: ({ messages }) => messages.received },
  { title: 'Lost', of: ({ messages }) => messages.lost },
  { title: 'Duplicated', of: ({ messages }) => messages.duplicated },
  { title: 'Out of order', of: ({ messages }) => messages.reordered },
];

/** What may go wrong with a message on its way, and how that is said. */
const FAULTS = [
  ['unsent', 'were not sent'],
  ['lost', 'were lost'],
  ['duplicated', 'came twice'],
  ['reordered', 'came out of order'],
] as const;

/** Whether everything arrived, once and in order; where connections were lost, how soon clients were back. */
export function deliverySection({ scenario, arms }: ScenarioSummary): Section | null {
  const expecting = arms.filter((arm) => total(arm, ({ messages }) => messages.expected) > 0);
  const recovering = arms.filter((arm) => arm.rows.has('recovery.max'));
  if (expecting.length === 0 && recovering.length === 0) return null;
  const nameOf = armNames(arms);
  const recovery = (['recovery.p50', 'recovery.p99', 'recovery.max'] as const).filter(
    () => recovering.length > 0,
  );
  const shownArms = arms.filter((arm) => expecting.includes(arm) || recovering.includes(arm));
  const rows = shownArms.map((arm) => [
    nameOf(arm),
    ...COUNTS.map(({ of }) => total(arm, of).toLocaleString('en-US')),
    ...recovery.map((metric) => {
      const row = shown(arm, metric);
      return row === null ? '–' : formatQuantity(row.median, row.unit);
    }),
  ]);
  const table = dataTable({
    caption: `Delivery in ${scenario.name}`,
    columns: [
      'Transport',
      ...COUNTS.map(({ title }) => title),
      ...recovery.map((metric) => `Back after, ${metric.slice('recovery.'.length)}`),
    ],
    rows,
  });
  return {
    id: `${scenario.name}-delivery`,
    title: 'Delivery',
    finding: [
      ...faultSentences(expecting),
      ...(recovering.length === 0
        ? []
        : [rankingOf('recovery.p99', arms) ?? rankingOf('recovery.p50', arms)]),
      ...slowSentences(expecting, armNames(arms, 'inSentence')),
    ].filter((text) => text !== null),
    content: [table],
    place: 'beside',
  };
}

function total({ completed }: Arm, of: Count['of']): number {
  return completed.reduce((sum, { measurements }) => sum + of(measurements), 0);
}

function faultSentences(arms: readonly Arm[]): string[] {
  const nameOf = armNames(arms, 'inSentence');
  const sentences = FAULTS.flatMap(([fault, words]) => {
    const counts = arms.flatMap((arm) => {
      const count = total(arm, ({ messages }) => messages[fault]);
      const of = total(arm, ({ messages }) => (fault === 'unsent' ? messages.due : messages.expected));
      return count === 0
        ? []
        : [`${count.toLocaleString('en-US')} of ${of.toLocaleString('en-US')} over ${nameOf(arm)}`];
    });
    return counts.length === 0 ? [] : [sentence(`${formatList(counts)} ${words}`)];
  });
  if (sentences.length > 0 || arms.length === 0) return sentences;
  const expected = arms.reduce((sum, arm) => sum + total(arm, ({ messages }) => messages.expected), 0);
  return [`All ${expected.toLocaleString('en-US')} deliveries arrived, each once and in order.`];
}
