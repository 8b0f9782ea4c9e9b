import { fieldsOf, type RequestKind } from '../../scenarios/header-fields.ts';
import { asksForNewest } from '../../scenarios/newest.ts';
import { randomFrom } from '../../scenarios/random.ts';
import type { Transport } from '../../servers/contract.ts';
import { filledIn } from '../../servers/secrets.ts';
import type { Client, DriverContext } from '../drivers/driver.ts';
import { DRIVERS } from '../drivers/index.ts';
import { channelName } from '../processes/protocol.ts';
import { planTraffic, type Traffic } from '../traffic.ts';
import { originOf, type Target } from '../wire/target.ts';
import { connectClients } from './connecting.ts';
import { type Part, type PartContext, serveMember } from './member.ts';
import type { Recorder } from './recorder.ts';
import { sendOnTime } from './sending.ts';
import { SlowClients } from './slow-clients.ts';
import { Superseded } from './superseded.ts';
import { clientTargets } from './targets.ts';

/** A generator worker: it holds clients, lets them receive and send, and records. */
serveMember(workerPart);

function workerPart(context: PartContext): Part {
  const { assignment, recorder, onProgress } = context;
  const { scenario, transport, seed, channelPrefix, clients, serverHeaders } = assignment;
  const { tuning, workload, headers, reconnect, compression } = scenario;
  const driver = DRIVERS[transport];
  const traffic = planTraffic(scenario, seed);
  const targetOf = clientTargets(assignment, traffic);
  const makeClient = clientFactory();
  const indexes = Array.from({ length: clients.end - clients.from }, (_, offset) => clients.from + offset);
  const slow = scenario.slow === null ? null : new SlowClients(scenario.slow, indexes, context);
  const isSlow = (index: number) => slow?.clients.has(index) ?? false;
  const common = { ...context, seed, tuning, workload, reconnect, compression };
  const server = filledIn(serverHeaders);
  const headersFor = (target: Target) => ({
    headers: { ...fieldsOf(headers, REQUEST_OF[transport], originOf(target)), ...server },
    postHeaders: { ...fieldsOf(headers, 'post', originOf(target)), ...server },
  });
  const contextOf = oncePerTarget((target) => ({ ...common, ...headersFor(target), target }));
  const slowContextOf = oncePerTarget((target) => ({
    ...common,
    ...headersFor(target),
    ...slow?.books,
    target,
  }));

  const members = new Map<number, Client>();
  for (const index of indexes) {
    const client = makeClient((isSlow(index) ? slowContextOf : contextOf)(targetOf(index)), {
      index,
      channel: channelName(channelPrefix, traffic.channelOf(index)),
      sends: traffic.clientsSend,
      phase: randomFrom(seed, 'phase', index)(),
    });
    members.set(index, client);
  }
  const sendings: (() => void)[] = [];
  recorder.onComplete = onProgress;
  recorder.inOrder = scenario.workload.kind !== 'request' || scenario.workload.reuse === 'connection';
  recorder.superseded = asksForNewest(scenario, transport) ? new Superseded() : null;
  recorder.clientsComeBack = reconnect !== null;
  recorder.compressed = compression === 'none' ? null : 0;
  const expectFor = (receiving: Recorder, receivers: readonly number[]) => {
    receiving.subscribers.first = clients.from;
    receiving.isFor = (client, stream) => traffic.channelOfStream(stream) === traffic.channelOf(client);
    expectMessages(context, receiving, traffic, receivers);
  };
  expectFor(
    recorder,
    indexes.filter((index) => !isSlow(index)),
  );
  if (slow !== null) expectFor(slow.books.recorder, [...slow.clients]);

  return {
    role: 'worker',
    answers: driver.answers && scenario.workload.kind === 'push',
    async connect(dueUs) {
      const failures: string[] = [];
      const perClient =
        traffic.clientsSend && scenario.workload.kind === 'push' ? driver.connectionsPerSender : 1;
      recorder.connections.asked = members.size * perClient;
      await connectClients([...members.values()], scenario.connecting, dueUs, {
        onConnected(tookUs) {
          recorder.connected(tookUs);
          recorder.connections.opened += perClient;
        },
        onFailed: (reason) => failures.push(reason),
      });
      tidyUp();
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
    async close() {
      for (const end of sendings) end();
      await slow?.readOut();
      for (const client of members.values()) client.close();
      slow?.settle();
    },
  };

  function clientFactory() {
    if (scenario.workload.kind !== 'request') return driver.subscriber;
    if ('client' in driver.exchange) return driver.exchange.client;
    throw new Error(driver.exchange.missing);
  }
}

/**
 * Collects what connecting has left behind, which would otherwise be done in the midst of the load and until then
 * be half of this process's memory: twice, since the second moves together what the first has moved out of the
 * young generation.
 */
function tidyUp(): void {
  for (let time = 0; time < 2; time += 1) globalThis.gc?.();
}

/** What a client of each transport asks with. */
const REQUEST_OF: Readonly<Record<Transport, RequestKind>> = {
  polling: 'poll',
  'long-polling': 'poll',
  sse: 'stream',
  websocket: 'upgrade',
};

/** A function that makes one context for all clients of a target. */
function oncePerTarget(make: (target: Target) => DriverContext): (target: Target) => DriverContext {
  const known = new Map<Target, DriverContext>();
  return (target) => {
    const context = known.get(target) ?? make(target);
    known.set(target, context);
    return context;
  };
}

/** Tells the recorder what these subscribers will receive, from the plan. */
function expectMessages(
  { assignment, window }: PartContext,
  recorder: Recorder,
  traffic: Traffic,
  clients: readonly number[],
): void {
  const subscribers = new Map<number, number>();
  for (const index of clients) {
    const channel = traffic.channelOf(index);
    subscribers.set(channel, (subscribers.get(channel) ?? 0) + 1);
  }
  const sources = new Set([...subscribers.keys()].flatMap((channel) => traffic.sourcesInto(channel)));
  const windowStartUs = assignment.scenario.phases.warmupMs * 1e3;
  const lengths = new Map<number, number>();
  recorder.lengthOf = (stream) => lengths.get(stream) ?? 0;
  for (const source of sources) {
    for (const { dueUs, channel, stream, sequence } of traffic.messagesOf(source)) {
      lengths.set(stream, sequence + 1);
      const sinceWindowUs = dueUs - windowStartUs;
      if (sinceWindowUs < 0 || sinceWindowUs >= window.measureUs) continue;
      recorder.superseded?.due(stream, sequence);
      recorder.expect(sinceWindowUs, subscribers.get(channel) ?? 0);
    }
  }
}
