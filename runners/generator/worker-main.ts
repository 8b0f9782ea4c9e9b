import { randomFrom } from '../../scenarios/random.ts';
import { nowUs } from '../clock.ts';
import type { Client } from '../drivers/driver.ts';
import { DRIVERS } from '../drivers/index.ts';
import { channelName } from '../processes/protocol.ts';
import { planTraffic, type Traffic } from '../traffic.ts';
import { type Part, type PartContext, serveMember } from './member.ts';
import { sendOnTime } from './sending.ts';

/** A generator worker: it holds clients, lets them receive and send, and records. */
serveMember(workerPart);

/** So many clients are connecting at a time: enough to be quick, few enough to fit a listen backlog of 511. */
const CONNECTING_AT_ONCE = 200;

/** How long one client may take to connect and subscribe. */
const OPEN_WITHIN_MS = 10_000;

function workerPart(context: PartContext): Part {
  const { assignment, recorder, onProgress } = context;
  const { scenario, transport, seed, channelPrefix, clients } = assignment;
  const driver = DRIVERS[transport];
  const traffic = planTraffic(scenario, seed);
  const driverContext = { ...context, ...assignment, tuning: scenario.tuning, workload: scenario.workload };
  const makeClient = clientFactory();

  const members = new Map<number, Client>();
  for (let index = clients.from; index < clients.end; index += 1) {
    const client = makeClient(driverContext, {
      index,
      channel: channelName(channelPrefix, traffic.channelOf(index)),
      sends: traffic.clientsSend,
      phase: randomFrom(seed, 'phase', index)(),
    });
    members.set(index, client);
  }
  const sendings: (() => void)[] = [];
  recorder.onComplete = onProgress;
  recorder.isFor = (client, stream) => traffic.channelOfStream(stream) === traffic.channelOf(client);
  recorder.inOrder = scenario.workload.kind !== 'request' || scenario.workload.reuse === 'connection';
  expectMessages(context, traffic);

  return {
    role: 'worker',
    answers: driver.answers && scenario.workload.kind === 'push',
    async connect() {
      const failures: string[] = [];
      const perClient =
        traffic.clientsSend && scenario.workload.kind === 'push' ? driver.connectionsPerSender : 1;
      recorder.connections.asked = members.size * perClient;
      const waiting = members.values();
      const connectNext = async () => {
        for (const client of waiting) {
          const startUs = nowUs();
          try {
            await openWithin(client, OPEN_WITHIN_MS);
            recorder.connected(nowUs() - startUs);
            recorder.connections.opened += perClient;
          } catch (error) {
            failures.push(error instanceof Error ? error.message : String(error));
          }
        }
      };
      await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, connectNext));
      return failures;
    },
    start(startUs) {
      for (const client of members.values()) client.start(startUs);
      if (!traffic.clientsSend) return;
      for (const [index, client] of members) {
        sendings.push(
          sendOnTime(context, traffic.messagesOf(index), startUs, (message) => client.send(message)),
        );
      }
    },
    get complete() {
      return recorder.complete && [...members.values()].every((client) => client.idle);
    },
    close() {
      for (const end of sendings) end();
      for (const client of members.values()) client.close();
    },
  };

  function clientFactory() {
    if (scenario.workload.kind !== 'request') return driver.subscriber;
    if ('client' in driver.exchange) return driver.exchange.client;
    throw new Error(driver.exchange.missing);
  }
}

/** Opens a client; one that is kept waiting is closed, so that it holds up nobody else. */
async function openWithin(client: Client, withinMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      client.close();
      reject(new Error(`the server did not answer within ${withinMs} ms`));
    }, withinMs);
  });
  try {
    await Promise.race([client.open(), overdue]);
  } finally {
    clearTimeout(timer);
  }
}

/** Tells the recorder what this worker's subscribers will receive, from the plan. */
function expectMessages({ assignment, window, recorder }: PartContext, traffic: Traffic): void {
  const { scenario, clients } = assignment;
  const subscribers = new Map<number, number>();
  for (let index = clients.from; index < clients.end; index += 1) {
    const channel = traffic.channelOf(index);
    subscribers.set(channel, (subscribers.get(channel) ?? 0) + 1);
  }
  const sources = new Set([...subscribers.keys()].flatMap((channel) => traffic.sourcesInto(channel)));
  const windowStartUs = scenario.phases.warmupMs * 1e3;
  const lengths = new Map<number, number>();
  recorder.lengthOf = (stream) => lengths.get(stream) ?? 0;
  for (const source of sources) {
    for (const { dueUs, channel, stream, sequence } of traffic.messagesOf(source)) {
      lengths.set(stream, sequence + 1);
      const sinceWindowUs = dueUs - windowStartUs;
      if (sinceWindowUs < 0 || sinceWindowUs >= window.measureUs) continue;
      recorder.expect(sinceWindowUs, subscribers.get(channel) ?? 0);
    }
  }
}
