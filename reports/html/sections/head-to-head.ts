import type { MetricId } from '../../metrics.ts';
import { fitArms, ratioSentence, ratioTo, referenceOf } from '../../ratios.ts';
import type { ScenarioSummary } from '../../summary.ts';
import { armNames } from '../../transports.ts';
import { ratioChart } from '../charts/ratios.ts';
import type { Section } from '../section.ts';

/** What is compared, where both arms have it; the bytes of a connection only where no message has any. */
const DELIVERING: readonly MetricId[] = [
  'connect.p99',
  'recovery.p99',
  'latency.p50',
  'latency.p99',
  'bytes.perMessage',
  'server.cpuUsPerMessage',
  'server.rssBytesPerConnection',
];

const IDLE: readonly MetricId[] = [
  'connect.p50',
  'connect.p99',
  'recovery.p99',
  'bytes.perConnectionSecond',
  'server.cpuPercent',
  'server.rssBytesPerConnection',
];

/** Every arm against one: how many times its latency, bytes, CPU and memory. */
export function headToHeadSection({ scenario, arms }: ScenarioSummary): Section | null {
  const reference = referenceOf(arms);
  if (reference === null) return null;
  const metrics = (scenario.workload.kind === 'idle' ? IDLE : DELIVERING).filter(
    // How long connecting takes is a question only where all do so at once, and of idle connections.
    (metric) =>
      !metric.startsWith('connect.') ||
      scenario.connecting === 'at-once' ||
      scenario.workload.kind === 'idle',
  );
  const ofArms = fitArms(arms)
    .filter((arm) => arm !== reference)
    .map((arm) => metrics.flatMap((metric) => ratioTo(reference, arm, metric) ?? []));
  // By metric, so that those of one stand together.
  const ratios = metrics.flatMap((metric) => ofArms.flat().filter((each) => each.metric === metric));
  if (ratios.length === 0) return null;
  return {
    id: `${scenario.name}-head-to-head`,
    title: `Head to head with ${armNames(arms)(reference)}`,
    // Of many servers, those that differ from it in one respect; all are in the chart.
    finding: ofArms
      .filter(([of]) => of?.arm.server === reference.server || of?.arm.transport === reference.transport)
      .flatMap((ofArm) => ratioSentence(ofArm, reference, arms) ?? []),
    content: [ratioChart(ratios, reference, arms)],
    place: 'beside',
  };
}
