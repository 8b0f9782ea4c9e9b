import { randomBytes, randomInt } from 'node:crypto';
import { headersOf } from '../../servers/secrets.ts';
import type { PlannedTrial } from '../plan.ts';
import type { Assignment } from '../processes/protocol.ts';
import type { Staffing } from '../staffing.ts';
import { planTraffic } from '../traffic.ts';
import type { Target } from '../wire/target.ts';

/** What each process of the generator is told. */
export interface Assignments {
  /** `null` where nothing is published. */
  readonly publisher: Assignment | null;
  readonly workers: readonly Assignment[];
}

/**
 * Divides a trial among the processes of its generator. The channels' prefix is new every time.
 *
 * @param serverTargets where the publisher posts to, a shard each.
 * @param clientTargets where clients connect to, a shard each.
 */
export function assign(
  { scenario, transport, server, seed }: PlannedTrial,
  { workers, clientsPerAddress }: Staffing,
  serverTargets: readonly Target[],
  clientTargets: readonly Target[],
): Assignments {
  const common = {
    scenario,
    transport,
    adapter: server.adapter ?? null,
    serverHeaders: headersOf(server),
    seed,
    channelPrefix: `wb-${randomBytes(4).toString('hex')}`,
  };
  const { publisherSources } = planTraffic(scenario, seed);
  const sources =
    clientsPerAddress === null ? null : { prefix: loopbackPrefix(), clientsEach: clientsPerAddress };
  const publisher: Assignment = {
    ...common,
    targets: serverTargets,
    sources: null,
    clients: { from: 0, end: 0 },
  };
  return {
    publisher: publisherSources > 0 ? publisher : null,
    workers: Array.from({ length: workers }, (_, worker) => ({
      ...common,
      targets: clientTargets,
      sources,
      clients: {
        from: Math.floor((scenario.connections * worker) / workers),
        end: Math.floor((scenario.connections * (worker + 1)) / workers),
      },
    })),
  };
}

/**
 * Three bytes of an address: all of 127.0.0.0/8 is loopback (RFC 1122 §3.2.1.3), and each address has ports of
 * its own. Drawn, so that a trial does not meet the ports that an earlier one left in TIME-WAIT.
 */
function loopbackPrefix(): string {
  return `127.${randomInt(1, 255)}.${randomInt(0, 256)}`;
}
