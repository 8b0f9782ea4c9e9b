import { formatCount, formatList, formatNumber } from './format.ts';
import type { Arm } from './summary.ts';

/** What became of the clients that the scenario lets read slowly; nothing where it has none. */
export function slowSentences(arms: readonly Arm[], nameOf: (arm: Arm) => string): string[] {
  const shares = arms.flatMap((arm) => {
    const received = arm.rows.get('slow.receivedPercent');
    return received === undefined ? [] : [`${formatNumber(received.median)} % over ${nameOf(arm)}`];
  });
  const [clients] = arms.flatMap(({ completed }) =>
    completed.flatMap(({ measurements }) => measurements.slow ?? []),
  );
  if (clients === undefined || shares.length === 0) return [];
  const cuts = arms.flatMap((arm) => {
    const times = (arm.rows.get('slow.disconnected')?.values ?? []).reduce((sum, value) => sum + value, 0);
    return times === 0 ? [] : [`${formatCount(times, 'connection')} over ${nameOf(arm)}`];
  });
  const cut =
    cuts.length === 0 ? 'the server ended none of their connections' : `the server ended ${formatList(cuts)}`;
  return [
    `Of their messages, the ${formatCount(clients.clients, 'slow client')} received ${formatList(shares)}; ${cut}.`,
  ];
}
