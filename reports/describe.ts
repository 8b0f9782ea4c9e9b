import { headerBytes } from '../scenarios/header-fields.ts';
import type { Scenario } from '../scenarios/schema.ts';
import { formatCount, formatList, formatMs, formatNumber } from './format.ts';
import type { Ceiling, Results } from './results/schema.ts';
import { type Arm, standingOf } from './summary.ts';

/** What a scenario asked of every transport, in one line. */
export function describeScenario(scenario: Scenario): string {
  const { connections, connecting, slow, phases, link, headers, compression } = scenario;
  const interruptions = link?.events.length ?? 0;
  const furtherBytes = typeof headers === 'string' ? 0 : headerBytes(headers);
  const parts = [
    ...workloadOf(scenario),
    formatCount(connections, 'connection'),
    ...(headers === 'browser' ? ["a browser's headers"] : []),
    ...(furtherBytes === 0 ? [] : [`${furtherBytes} B of further headers`]),
    ...(connecting === 'at-once' ? ['all connecting at once'] : []),
    ...(slow === null ? [] : [`one in ${slow.oneIn} reads ${formatNumber(slow.kbps)} kbit/s`]),
    ...(scenario.tls ? ['over TLS'] : []),
    ...(compression === 'none' ? [] : [COMPRESSED[compression]]),
    `${formatMs(phases.measureMs)} measured`,
    ...(interruptions === 0 ? [] : [formatCount(interruptions, 'interruption')]),
  ];
  return parts.join(' · ');
}

const COMPRESSED = {
  deflate: 'compressed',
  'deflate-no-context-takeover': 'compressed, on WebSockets message by message',
} as const;

function workloadOf({ workload }: Scenario): string[] {
  switch (workload.kind) {
    case 'idle':
      return ['connections that only stay open'];
    case 'request': {
      const reuse = workload.reuse === 'none' ? 'requests on a new connection each' : 'requests and answers';
      return [reuse, sizeOf(workload), rateOf(workload.schedule)];
    }
    case 'push': {
      const origin = workload.origin === 'publisher' ? 'a publisher' : 'clients';
      const audience =
        typeof workload.audience === 'object'
          ? `rooms of ${workload.audience.rooms}`
          : { all: 'everybody', self: 'themselves', one: 'one client at random' }[workload.audience];
      return [`${origin} to ${audience}`, sizeOf(workload), rateOf(workload.schedule)];
    }
  }
}

/** How long messages are, and of what where that is not the plain filler. */
function sizeOf({ payloadBytes, content }: Exclude<Scenario['workload'], { kind: 'idle' }>): string {
  const of = { filler: '', json: ' of JSON', random: ' of random text' }[content];
  return `${payloadBytes} B${of}`;
}

type Schedule = Extract<Scenario['workload'], { kind: 'push' }>['schedule'];

function rateOf(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'constant':
      return `${formatNumber(schedule.perSecond)}/s at even intervals`;
    case 'poisson':
      return `${formatNumber(schedule.perSecond)}/s at random`;
    case 'burst':
      return `${schedule.messages} at once every ${formatMs(schedule.everyMs)}`;
    case 'ramp':
      return `${formatNumber(schedule.fromPerSecond)}/s to ${formatNumber(schedule.toPerSecond)}/s over ${formatMs(schedule.overMs)}`;
  }
}

/** How an arm stands, in a word or two: `valid`, `1 failed`. */
export function describeStanding(arm: Arm): string {
  const standing = standingOf(arm);
  if (standing !== 'failed') return standing;
  const failed = arm.trials.filter(({ outcome }) => outcome.status === 'failed').length;
  return failed === arm.trials.length ? 'failed' : `${failed} failed`;
}

/** Why trials of an arm have no numbers, each reason once. */
export function describeAbsences(arm: Arm): string[] {
  const reasons = arm.trials.flatMap(({ outcome }) => {
    if (outcome.status === 'completed') return [];
    return outcome.status === 'failed'
      ? [`failed at the stage "${outcome.stage}" (${outcome.reason})`]
      : [`skipped (${outcome.reason})`];
  });
  return [...new Set(reasons)].map((reason) => {
    const times = reasons.filter((other) => other === reason).length;
    return times === arm.trials.length
      ? reason
      : `${times} of ${formatCount(arm.trials.length, 'trial')} ${reason}`;
  });
}

/** What autocannon's figure says, and what it does not. */
export function describeCeiling({ server, tool, connections, requestsPerSecond, errors }: Ceiling): string {
  const failures = errors === 0 ? '' : `, with ${formatCount(errors, 'error')}`;
  return `${server} answers ${formatNumber(requestsPerSecond)} plain requests a second (${tool}, closed loop, ${formatCount(connections, 'connection')}${failures})`;
}

/** The machine, in one line. */
export function describeEnvironment({ environment }: Results): string {
  const { cpuModel, cores, memoryBytes, platform, kernel, node } = environment;
  const memory = `${formatNumber(memoryBytes / 2 ** 30)} GiB`;
  return formatList([
    `${cpuModel}, ${formatCount(cores, 'core')}`,
    memory,
    `${platform} ${kernel}`,
    `Node ${node}`,
  ]);
}

/** Where a file holds fewer trials than were asked for, how many; nothing of a search, whose trials nobody counts beforehand. */
export function describePart({ comparison, trials, capacities }: Results): string[] {
  const asked =
    comparison.scenarios.length *
    comparison.transports.length *
    comparison.servers.length *
    comparison.trials;
  if (capacities !== undefined || trials.length >= asked) return [];
  return [
    `${trials.length} of the ${formatCount(asked, 'trial')} that were asked for ${trials.length === 1 ? 'is' : 'are'} in this file`,
  ];
}

/** What the certificates that were not checked mean; nothing where all were. */
export function describeUnverified({ comparison: { unverified = [] } }: Results): string[] {
  if (unverified.length === 0) return [];
  return [`The certificate of ${formatList(unverified)} was not checked: anybody may have answered`];
}
