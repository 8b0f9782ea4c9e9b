import { asksForNewest } from '../scenarios/newest.ts';
import type { Dialect } from '../servers/dialect.ts';
import { DRIVERS } from './drivers/index.ts';
import type { Arm } from './plan.ts';

/** Why an arm cannot be measured at all, known before anything is started; `null` if it can. */
export function skipReason({ scenario, transport, server }: Arm): string | null {
  const { exchange } = DRIVERS[transport];
  if (scenario.workload.kind === 'request' && 'missing' in exchange) return exchange.missing;
  if ('url' in server && scenario.tls && new URL(server.url).protocol === 'http:') {
    return `the scenario asks for TLS, and the server "${server.name}" is at ${server.url}; name its https: origin`;
  }
  if ('url' in server && !server.transports.includes(transport)) return notServed(server.name, transport);
  return null;
}

/** Why an arm cannot be measured in the words that there are for its server; `null` if it can. */
export function unspoken({ scenario, transport, server }: Arm, dialect: Dialect): string | null {
  if (dialect[transport] === undefined) return notServed(server.name, transport);
  const newest = asksForNewest(scenario, transport);
  const words = newest ? dialect.newest : dialect[transport];
  if (words === undefined) {
    return `the scenario's polls ask for the newest value alone, and the adapter of "${server.name}" has no words for that ("newest")`;
  }
  const { echo } = dialect;
  const sendsBack = transport === 'websocket' ? echo?.socket : echo?.post;
  if (scenario.workload.kind === 'request' && sendsBack === undefined) {
    return `the adapter of "${server.name}" names nothing that sends back what it is sent by ${transport}`;
  }
  if (scenario.reconnect !== null && !words.resumes) {
    return `a client of "${server.name}" that comes back by ${transport} cannot resume where it was, as its adapter says`;
  }
  return null;
}

/** The reason for skipping what a server's ready line does not name. */
export function notServed(server: string, transport: string): string {
  return `the server "${server}" does not name ${transport} among its transports`;
}

/** The reason for skipping a started server whose ready line does not say that it serves over TLS. */
export function notOverTls(server: string): string {
  return `the server "${server}" does not say "tls":true in its ready line: it does not serve over TLS`;
}
