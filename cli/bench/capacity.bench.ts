import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCapacityRequest } from '../capacity-request.ts';
import { fakeIo } from '../testing/fake-io.ts';
import { capacityOfMD1, queueRooms } from '../testing/queue.ts';

/**
 * How close a search comes to the capacity of a queue that is known, by its length of a step: 40 searches each of
 * a server that takes 2 ms for each request, with everything of the search but processes.
 *
 *     node dist/cli/bench/capacity.bench.js
 */
const SERVICE_MS = 2;
const LIMIT_MS = 20;
const SEARCHES = 40;

const CASES = [
  { kind: 'constant', share: 0.99, step: '5s' },
  { kind: 'poisson', share: 0.5, step: '5s' },
  { kind: 'poisson', share: 0.99, step: '5s' },
  { kind: 'poisson', share: 0.99, step: '20s' },
  { kind: 'poisson', share: 0.99, step: '60s' },
] as const;

const folder = mkdtempSync(join(tmpdir(), 'wirebench-capacity-'));
console.log('| arrivals | objective | step | capacity | within 5 % | lowest | highest |');
console.log('| -- | -- | --: | --: | --: | --: | --: |');
for (const { kind, share, step } of CASES) {
  const capacity = kind === 'constant' ? 1_000 / SERVICE_MS : capacityOfMD1(share, LIMIT_MS, SERVICE_MS);
  const objective = `latency.p${share * 100}<=${LIMIT_MS}ms`;
  const ratios: number[] = [];
  for (let seed = 1; seed <= SEARCHES; seed += 1) {
    // Ranges that begin elsewhere meet the capacity at other loads.
    const from = capacity * (0.3 + (0.3 * seed) / SEARCHES);
    ratios.push((await found({ kind, objective, step, from, seed })) / capacity);
  }
  const close = ratios.filter((ratio) => Math.abs(ratio - 1) <= 0.05).length;
  const [lowest, highest] = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2));
  console.log(
    `| ${kind} | ${objective} | ${step} | ${capacity.toFixed(0)}/s | ${close} of ${SEARCHES} | ${lowest} | ${highest} |`,
  );
}
rmSync(folder, { recursive: true });

interface Asked {
  readonly kind: 'constant' | 'poisson';
  readonly objective: string;
  readonly step: string;
  readonly from: number;
  readonly seed: number;
}

async function found({ kind, objective, step, from, seed }: Asked): Promise<number> {
  const scenario = {
    name: 'known',
    question: 'How many requests can it answer?',
    workload: { kind: 'request', payloadBytes: 64, schedule: { kind, perSecond: from } },
    connections: 1,
    phases: { warmupMs: 500, measureMs: 2_000, drainMs: 500 },
  };
  writeFileSync(join(folder, 'known.json'), JSON.stringify(scenario));
  const flags = { slo: [objective], by: 'rate', transports: ['websocket'], duration: step };
  const rooms = queueRooms({ serviceMs: SERVICE_MS });
  const request = await readCapacityRequest(
    { ...flags, seed: String(seed), 'allow-remote': false, 'insecure-tls': false },
    ['known.json'],
    fakeIo({ cwd: folder }),
    rooms,
  );
  const { capacities: [capacity] = [] } = await rooms.measureCapacity(request);
  if (capacity?.answer.kind !== 'found') throw new Error(JSON.stringify(capacity?.answer));
  return capacity.answer.load;
}
