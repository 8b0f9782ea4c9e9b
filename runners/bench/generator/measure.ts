import { ROUTES, type StatsAnswer } from '../../../servers/contract.ts';
import { nowUs, sleepMs } from '../../clock.ts';
import type { Guard } from '../../processes/guard.ts';
import { stampedFrame } from '../../stamp.ts';
import { type Contender, PAYLOAD_BYTES, type Pushes } from './contenders.ts';
import type { Done } from './member.ts';
import { GeneratorProcess } from './process.ts';

/**
 * Until a generator's code is compiled and its loop in its stride. By deliveries and not by time:
 * on a busy machine a process of Node may take a second to begin.
 */
const WARM_UP_DELIVERIES = 20_000;
const WARM_UP_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 50;
const MEASURE_MS = 2_000;
/** When the server has taken the last frame, all of 10,000 subscribers have it within half of this. */
const SETTLE_MS = 300;

/** A share of a load, from the operating system and from whoever counts deliveries. */
interface Share {
  readonly deliveries: number;
  readonly cpuUs: number;
}

let channels = 0;

/**
 * Lets a generator work against the server.
 *
 * @returns deliveries (answers or frames) per second of its CPU time: all threads, user and system,
 *   from the beginning of the load to its end, without start, connecting and warm-up.
 * @throws Error if it received something else than was sent, or left a delivery or a byte out of its books.
 */
export async function deliveriesPerCpuSecond(
  { load, command, reports }: Contender,
  origin: URL,
  guard: Guard,
): Promise<number> {
  channels += 1;
  const channel = `bench-${channels}`;
  const frames = new Publisher(origin, channel);
  if (load.kind === 'requests') await frames.publish();
  const generator = await GeneratorProcess.start(command(origin, channel), guard);
  try {
    if (reports) await generator.ready();
    const { deliveries, cpuUs } =
      load.kind === 'requests' ? await askFor(generator, origin) : await push(load, generator, frames);
    if (reports) {
      const expected = load.kind === 'requests' ? null : frames.published * load.connections;
      checkBooks(await generator.finish(), expected);
    }
    return deliveries / (cpuUs / 1e6);
  } finally {
    await generator.end();
  }
}

/** Requests are counted by the server, for all tools alike. */
async function askFor(generator: GeneratorProcess, origin: URL): Promise<Share> {
  const startUs = nowUs();
  const first = await requestsTo(origin);
  let before = first;
  for (; before < first + WARM_UP_DELIVERIES; before = await requestsTo(origin)) {
    if (nowUs() > startUs + WARM_UP_WITHIN_MS * 1e3)
      throw new Error(`${before - first} requests in ${WARM_UP_WITHIN_MS} ms`);
    await sleepMs(LOOK_EVERY_MS);
  }
  const cpuBeforeUs = await generator.cpuUs();
  await sleepMs(MEASURE_MS);
  const after = await requestsTo(origin);
  const cpuAfterUs = await generator.cpuUs();
  return { deliveries: after - before, cpuUs: cpuAfterUs - cpuBeforeUs };
}

async function requestsTo(origin: URL): Promise<number> {
  const answer = await fetch(new URL(ROUTES.stats, origin));
  return ((await answer.json()) as StatsAnswer).requests;
}

async function push(load: Pushes, generator: GeneratorProcess, frames: Publisher): Promise<Share> {
  await frames.publishFor((WARM_UP_DELIVERIES / load.connections / load.perSecond) * 1e3, load.perSecond);
  await sleepMs(SETTLE_MS);
  const publishedBefore = frames.published;
  const cpuBeforeUs = await generator.cpuUs();
  await frames.publishFor(MEASURE_MS, load.perSecond);
  await sleepMs(SETTLE_MS);
  return {
    deliveries: (frames.published - publishedBefore) * load.connections,
    cpuUs: (await generator.cpuUs()) - cpuBeforeUs,
  };
}

/** Publishes on one channel. It costs the generator nothing: this process is not measured. */
class Publisher {
  published = 0;
  readonly #url: URL;

  constructor(origin: URL, channel: string) {
    this.#url = new URL(`${ROUTES.publish}?channel=${channel}`, origin);
  }

  /** Publishes one frame, due now. */
  async publish(): Promise<void> {
    const dueUs = Math.floor(nowUs());
    const stamp = { stream: 0, sequence: this.published, dueUs, sentUs: dueUs };
    const { status } = await fetch(this.#url, { method: 'POST', body: stampedFrame(stamp, PAYLOAD_BYTES) });
    if (status !== 204) throw new Error(`the server answered a publish with ${status}`);
    this.published += 1;
  }

  /** Publishes at a rate, one frame after the other. */
  async publishFor(ms: number, perSecond: number): Promise<void> {
    const startUs = nowUs();
    for (let frame = 0; frame < (ms * perSecond) / 1e3; frame += 1) {
      await sleepMs(Math.max(0, (startUs + (frame * 1e6) / perSecond - nowUs()) / 1e3));
      await this.publish();
    }
  }
}

/** A generator that leaves something out is not measured but found out. */
function checkBooks(done: Done, expected: number | null): void {
  const { delivered, recorded, accountedBytes, socketBytes, faults } = done;
  const kept =
    delivered > 0 &&
    recorded === delivered &&
    (expected === null || delivered === expected) &&
    accountedBytes === socketBytes &&
    Object.keys(faults).length === 0;
  if (!kept) throw new Error(`expected ${expected ?? 'any number of'} deliveries: ${JSON.stringify(done)}`);
}
