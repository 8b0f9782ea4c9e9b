import type { Scenario, Schedule } from './schema.ts';

/** What a scenario's plan comes to on average, per second. */
export interface Throughput {
  /** Messages due, over all sources. */
  readonly messages: number;
  /** Deliveries of them to subscribers. */
  readonly deliveries: number;
}

/** The mean throughput that a scenario asks for; none where connections only stay open. */
export function throughputOf({ workload, connections }: Scenario): Throughput {
  if (workload.kind === 'idle') return { messages: 0, deliveries: 0 };
  const perSource = meanPerSecond(workload.schedule);
  const { audience, fromClients } =
    workload.kind === 'request'
      ? ({ audience: 'self', fromClients: true } as const)
      : { audience: workload.audience, fromClients: workload.origin === 'clients' };
  if (audience === 'one') return { messages: perSource, deliveries: perSource };
  const members = audience === 'all' ? connections : audience === 'self' ? 1 : audience.rooms;
  const channels = Math.ceil(connections / members);
  if (!fromClients) return { messages: perSource * channels, deliveries: perSource * connections };
  // Every room is full but the last.
  const last = connections - (channels - 1) * members;
  return {
    messages: perSource * connections,
    deliveries: perSource * ((channels - 1) * members ** 2 + last ** 2),
  };
}

/** How many sources have the rate of the schedule each: the publisher's channels, or the clients that send. */
export function sourcesOf(scenario: Scenario): number {
  const { workload } = scenario;
  if (workload.kind === 'idle') return 0;
  return Math.round(throughputOf(scenario).messages / meanPerSecond(workload.schedule));
}

/** Of a ramp, its middle. */
function meanPerSecond(schedule: Schedule): number {
  switch (schedule.kind) {
    case 'constant':
    case 'poisson':
      return schedule.perSecond;
    case 'burst':
      return (schedule.messages * 1_000) / schedule.everyMs;
    case 'ramp':
      return (schedule.fromPerSecond + schedule.toPerSecond) / 2;
  }
}
