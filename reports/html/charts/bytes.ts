import { formatQuantity } from '../../format.ts';
import { type Account, type Measurements, SHOWN_ACCOUNTS } from '../../results/schema.ts';
import { median } from '../../statistics.ts';
import type { Arm } from '../../summary.ts';
import { armNames } from '../../transports.ts';
import { type Chart, compact, opacityOf } from '../chart.ts';
import { BAR_STEP, barAxis } from './bars.ts';

/** Where the bytes go, by account: per delivered message, or per connection where nothing is delivered. */
export function bytesChart(arms: readonly Arm[]): Chart | null {
  const nameOf = armNames(arms);
  const idle = arms.every(({ scenario }) => scenario.workload.kind === 'idle');
  const per = idle ? 'connection and second' : 'message';
  const shares = arms.flatMap((arm) =>
    SHOWN_ACCOUNTS.map((account, order) => {
      const values = arm.completed.map(({ measurements }) => share(measurements, account, idle));
      return {
        arm: nameOf(arm),
        account,
        order,
        bytes: median(values.filter((value) => value !== null)) ?? 0,
      };
    }),
  );
  const used = SHOWN_ACCOUNTS.filter((account) =>
    shares.some((part) => part.account === account && part.bytes > 0),
  );
  if (used.length === 0) return null;
  const values = shares
    .filter(({ account, bytes }) => used.includes(account) && bytes > 0)
    .map((part) => ({
      ...part,
      bytes: compact(part.bytes),
      tip: `${part.arm}: ${formatQuantity(part.bytes, 'B')} of ${part.account} per ${per}`,
    }));
  return {
    title: `Bytes per ${per}, by account`,
    caption:
      'On the subscribers’ sockets, both directions, every byte in one account; what TCP and IP add is not in it.',
    size: 'third',
    legend: used.map((account) => ({ name: account, colour: `var(--account-${account})` })),
    spec: {
      height: BAR_STEP * arms.length + 46,
      data: { values },
      layer: [
        {
          mark: { type: 'bar', height: { band: 0.62 } },
          encoding: {
            y: barAxis(arms),
            x: { field: 'bytes', type: 'quantitative', title: `bytes per ${per}`, axis: { tickCount: 4 } },
            color: {
              field: 'account',
              type: 'nominal',
              legend: null,
              scale: { domain: [...used], range: used.map((account) => `var(--account-${account})`) },
            },
            order: { field: 'order', type: 'quantitative' },
            opacity: opacityOf(1),
            tooltip: { field: 'tip', type: 'nominal' },
          },
        },
      ],
    },
  };
}

function share(measured: Measurements, account: Account, idle: boolean): number | null {
  const { bytes, messages, connections, measureMs } = measured;
  const by = idle ? (connections.opened * measureMs) / 1_000 : messages.received;
  return by === 0 ? null : (bytes.up[account] + bytes.down[account]) / by;
}
