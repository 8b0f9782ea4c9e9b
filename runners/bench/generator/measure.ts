import { ROUTES } from '../../../servers/contract.ts';
import { nowUs, sleepMs } from '../../clock.ts';
import type { Guard } from '../../processes/guard.ts';
import { stampedFrame } from '../../stamp.ts';
import { Answers } from './answers.ts';
import { type Contender, PAYLOAD_BYTES, type Pushes, type Requests } from './contenders.ts';
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
  contender: Contender,
  origin: URL,
  guard: Guard,
): Promise<number> {
  channels += 1;
  const frames = new Publisher(origin, `bench-${channels}`);
  const { deliveries, cpuUs } =
    contender.load.kind === 'requests'
      ? await askFor(contender, contender.load, frames, guard)
      : await push(contender, contender.load, frames, guard);
  return deliveries / (cpuUs / 1e6);
}

/** Requests are counted by who answers them, for all tools alike. */
async function askFor(
  { command, reports }: Contender,
  load: Requests,
  frames: Publisher,
  guard: Guard,
): Promise<Share> {
  const { origin, channel } = frames;
  const frame = await frames.publish();
  const answers = await Answers.like(origin, load.path(channel), frame, guard);
  try {
    return await withGenerator(command(answers.origin, channel), guard, async (generator) => {
      if (reports) await generator.ready();
      const startUs = nowUs();
      while ((await answers.answered()) < WARM_UP_DELIVERIES) {
        if (nowUs() > startUs + WARM_UP_WITHIN_MS * 1e3)
          throw new Error(`fewer than ${WARM_UP_DELIVERIES} requests in ${WARM_UP_WITHIN_MS} ms`);
        await sleepMs(LOOK_EVERY_MS);
      }
      const [before, cpuBeforeUs] = await Promise.all([answers.answered(), generator.cpuUs()]);
      await sleepMs(MEASURE_MS);
      const [after, cpuAfterUs] = await Promise.all([answers.answered(), generator.cpuUs()]);
      if (reports) checkBooks(await generator.finish(), null);
      return { deliveries: after - before, cpuUs: cpuAfterUs - cpuBeforeUs };
    });
  } finally {
    await answers.end();
  }
}

async function withGenerator<T>(
  command: readonly string[],
  guard: Guard,
  use: (generator: GeneratorProcess) => Promise<T>,
): Promise<T> {
  const generator = await GeneratorProcess.start(command, guard);
  try {
    return await use(generator);
  } finally {
    await generator.end();
  }
}

async function push(
  { command, reports }: Contender,
  load: Pushes,
  frames: Publisher,
  guard: Guard,
): Promise<Share> {
  return withGenerator(command(frames.origin, frames.channel), guard, async (generator) => {
    await generator.ready();
    await frames.publishFor((WARM_UP_DELIVERIES / load.connections / load.perSecond) * 1e3, load.perSecond);
    await sleepMs(SETTLE_MS);
    const publishedBefore = frames.published;
    const cpuBeforeUs = await generator.cpuUs();
    await frames.publishFor(MEASURE_MS, load.perSecond);
    await sleepMs(SETTLE_MS);
    const cpuUs = (await generator.cpuUs()) - cpuBeforeUs;
    if (reports) checkBooks(await generator.finish(), frames.published * load.connections);
    return { deliveries: (frames.published - publishedBefore) * load.connections, cpuUs };
  });
}

/** Publishes on one channel. It costs the generator nothing: this process is not measured. */
class Publisher {
  published = 0;
  readonly origin: URL;
  readonly channel: string;
  readonly #url: URL;

  constructor(origin: URL, channel: string) {
    this.origin = origin;
    this.channel = channel;
    this.#url = new URL(`${ROUTES.publish}?channel=${channel}`, origin);
  }

  /** Publishes one frame, due now. */
  async publish(): Promise<Buffer> {
    const dueUs = Math.floor(nowUs());
    const stamp = { stream: 0, sequence: this.published, dueUs, sentUs: dueUs };
    const frame = stampedFrame(stamp, PAYLOAD_BYTES);
    const { status } = await fetch(this.#url, { method: 'POST', body: frame });
    if (status !== 204) throw new Error(`the server answered a publish with ${status}`);
    this.published += 1;
    return frame;
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
