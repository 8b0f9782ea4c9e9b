import { pick, randomFrom } from '../scenarios/random.ts';
import { dueTimes } from '../scenarios/schedule.ts';
import type { Scenario, Schedule } from '../scenarios/schema.ts';

/** One message of the plan. */
export interface PlannedMessage {
  /** Whole microseconds from the start of the warm-up; whole, so that the stamp carries exactly this. */
  readonly dueUs: number;
  readonly channel: number;
  /** The numbered stream that it belongs to; see `stamp.ts`. */
  readonly stream: number;
  readonly sequence: number;
}

/**
 * Who says what to whom, and when: a pure function of scenario and seed. The publisher and every
 * worker compute it for themselves, so sender and receiver agree on what is expected without a
 * word between them.
 */
export interface Traffic {
  /** Channels, numbered from 0. */
  readonly channels: number;
  /** The channel that a client subscribes to. */
  channelOf(client: number): number;
  /** Sources of the publisher: each is a sequence of messages of its own. None where clients send. */
  readonly publisherSources: number;
  /** Whether every client is a source too, by its own transport. */
  readonly clientsSend: boolean;
  /** The messages of one source up to the end of the measuring phase, in order. */
  messagesOf(source: number): Generator<PlannedMessage, void>;
  /** The sources whose messages reach a channel. */
  sourcesInto(channel: number): readonly number[];
  /** The channel that a stream's messages are published on. */
  channelOfStream(stream: number): number;
}

/** The traffic of a scenario. */
export function planTraffic(scenario: Scenario, seed: number): Traffic {
  const { workload, connections: clients, phases } = scenario;
  const untilMs = phases.warmupMs + phases.measureMs;
  if (workload.kind === 'idle') {
    return {
      channels: clients,
      channelOf: (client) => client,
      publisherSources: 0,
      clientsSend: false,
      *messagesOf() {},
      sourcesInto: () => [],
      channelOfStream: (stream) => stream,
    };
  }

  const { schedule } = workload;
  const audience = workload.kind === 'request' ? 'self' : workload.audience;
  const membersPerChannel = audience === 'all' ? clients : typeof audience === 'object' ? audience.rooms : 1;
  const channels = Math.ceil(clients / membersPerChannel);
  const channelOf = (client: number) => Math.floor(client / membersPerChannel);

  if (workload.kind === 'request' || workload.origin === 'clients') {
    return {
      channels,
      channelOf,
      publisherSources: 0,
      clientsSend: true,
      messagesOf: (client) => numbered(schedule, seed, client, channelOf(client), untilMs),
      sourcesInto: (channel) => {
        const first = channel * membersPerChannel;
        const members = Math.min(membersPerChannel, clients - first);
        return Array.from({ length: members }, (_, member) => first + member);
      },
      channelOfStream: channelOf,
    };
  }
  if (audience === 'one') {
    return {
      channels,
      channelOf,
      publisherSources: 1,
      clientsSend: false,
      messagesOf: () => scattered(schedule, seed, channels, untilMs),
      sourcesInto: () => [0],
      channelOfStream: (stream) => stream,
    };
  }
  return {
    channels,
    channelOf,
    publisherSources: channels,
    clientsSend: false,
    messagesOf: (channel) => numbered(schedule, seed, channel, channel, untilMs),
    sourcesInto: (channel) => [channel],
    channelOfStream: (stream) => stream,
  };
}

/** One source, one channel, one stream. */
function* numbered(
  schedule: Schedule,
  seed: number,
  stream: number,
  channel: number,
  untilMs: number,
): Generator<PlannedMessage, void> {
  let sequence = 0;
  for (const dueMs of dueTimes(schedule, randomFrom(seed, 'source', stream))) {
    if (dueMs >= untilMs) return;
    yield { dueUs: Math.round(dueMs * 1e3), channel, stream, sequence };
    sequence += 1;
  }
}

/** One source whose every message goes to a channel drawn at random; every channel counts its own. */
function* scattered(
  schedule: Schedule,
  seed: number,
  channels: number,
  untilMs: number,
): Generator<PlannedMessage, void> {
  const random = randomFrom(seed, 'target');
  const sequences = new Map<number, number>();
  for (const dueMs of dueTimes(schedule, randomFrom(seed, 'source', 0))) {
    if (dueMs >= untilMs) return;
    const channel = pick(random, channels);
    const sequence = sequences.get(channel) ?? 0;
    sequences.set(channel, sequence + 1);
    yield { dueUs: Math.round(dueMs * 1e3), channel, stream: channel, sequence };
  }
}
