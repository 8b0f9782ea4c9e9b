import type { Scenario } from '../../../scenarios/schema.ts';
import { formatList, formatNumber, formatQuantity, sentence } from '../../format.ts';
import { rankingOf } from '../../headline.ts';
import { SHOWN_ACCOUNTS } from '../../results/schema.ts';
import type { Arm, ScenarioSummary } from '../../summary.ts';
import { armNames } from '../../transports.ts';
import { bytesChart, bytesOf } from '../charts/bytes.ts';
import type { Section } from '../section.ts';

/** What a delivered message costs on the wire, and for what. */
export function bytesSection({ scenario, arms }: ScenarioSummary): Section | null {
  const measured = arms.filter(({ completed }) => completed.length > 0);
  const chart = bytesChart(measured, 'message');
  if (chart === null) return null;
  return {
    id: `${scenario.name}-bytes`,
    title: 'Bytes per message',
    finding: [
      ...payloadSentence(measured),
      ...compressionSentence(scenario, measured),
      rankingOf('bytes.overheadPerMessage', arms),
    ].filter((text) => text !== null),
    content: [chart],
    place: 'beside',
  };
}

/** How much of what is sent is what was to be sent, and what most of the rest is. */
function payloadSentence(arms: readonly Arm[]): string[] {
  const nameOf = armNames(arms, 'inSentence');
  const shares = arms
    .flatMap((arm) => {
      const accounts = SHOWN_ACCOUNTS.map((account) => ({
        account,
        bytes: bytesOf(arm, account, 'message'),
      }));
      const total = accounts.reduce((sum, { bytes }) => sum + bytes, 0);
      const payload = accounts.find(({ account }) => account === 'payload')?.bytes ?? 0;
      const [most] = accounts
        .filter(({ account }) => account !== 'payload')
        .sort((left, right) => right.bytes - left.bytes);
      return total === 0 ? [] : [{ name: nameOf(arm), payload: payload / total, most, total }];
    })
    .sort((left, right) => right.payload - left.payload);
  const last = shares.at(-1);
  if (last === undefined) return [];
  const words = shares.map(
    ({ name, payload }, index) => `${percent(payload)}${index === 0 ? ' of the bytes' : ''} over ${name}`,
  );
  const rest =
    last.most === undefined || last.most.bytes === 0
      ? ''
      : `; over ${last.name} most of the rest is ${last.most.account} (${percent(last.most.bytes / last.total)})`;
  return [sentence(`payload is ${formatList(words)}${rest}`)];
}

/** What is left of a message on the wire where it is compressed. */
function compressionSentence({ compression, workload }: Scenario, arms: readonly Arm[]): string[] {
  if (compression === 'none' || workload.kind !== 'push' || workload.origin !== 'publisher') return [];
  const nameOf = armNames(arms, 'inSentence');
  const words = arms.map(
    (arm) => `${formatQuantity(bytesOf(arm, 'payload', 'message'), 'B')} over ${nameOf(arm)}`,
  );
  return [sentence(`compressed, the ${workload.payloadBytes} B of a message are ${formatList(words)}`)];
}

function percent(share: number): string {
  return `${formatNumber(Number((share * 100).toPrecision(2)))} %`;
}
