import { distanceOf } from '../../reports/headline.ts';
import { METRICS, type MetricId } from '../../reports/metrics.ts';
import { rankSumP } from '../../reports/statistics.ts';
import { type Arm, summarise } from '../../reports/summary.ts';
import { run } from '../../runners/run.ts';
import { builtin } from '../../scenarios/builtin.ts';
import { parseScenario } from '../../scenarios/parse.ts';
import { referenceServer } from '../../servers/reference/spec.ts';

/**
 * Ground truth 21: "WebSocket is faster" is true against polling, in time and in bytes; against
 * SSE on one-way push the difference must come out as noise. Interleaved trials, each with fresh
 * processes, and the exact rank-sum test over them.
 *
 *     node dist/cli/bench/claims.bench.js [trials]
 */
const trials = Number(process.argv[2] ?? 8);
const [liveFeed] = builtin('live-feed');
const results = await run({
  scenarios: [parseScenario({ ...liveFeed, phases: { warmupMs: 500, measureMs: 4_000 } }, 'live-feed')],
  transports: ['polling', 'sse', 'websocket'],
  servers: [referenceServer()],
  trials,
  seed: 21,
  ceiling: false,
  commandLine: process.argv,
  onEvent: (event) => {
    if (event.kind === 'trial-done') process.stderr.write('.');
  },
});
process.stderr.write('\n');

const [summary] = summarise(results);
const arms = new Map(summary?.arms.map((arm) => [arm.transport, arm]));
const websocket = arms.get('websocket');
for (const other of [arms.get('polling'), arms.get('sse')]) {
  if (websocket === undefined || other === undefined) throw new Error('an arm is missing');
  for (const metric of ['latency.p50', 'latency.p99', 'bytes.perMessage'] as const) {
    console.log(comparison(websocket, other, metric));
  }
}

function comparison(left: Arm, right: Arm, metric: MetricId): string {
  const [ours, theirs] = [left.rows.get(metric), right.rows.get(metric)];
  if (ours === undefined || theirs === undefined) return `${metric}: no number`;
  const spread = (values: readonly number[]) =>
    `${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)}`;
  return (
    `${metric} in ${METRICS[metric].unit}: ${left.transport} ${ours.median.toFixed(0)} (${spread(ours.values)}), ` +
    `${right.transport} ${theirs.median.toFixed(0)} (${spread(theirs.values)}); ` +
    `ratio ${(theirs.median / ours.median).toFixed(3)}, p ${rankSumP(ours.values, theirs.values).toFixed(4)}: ${distanceOf(left, right, metric)}`
  );
}
