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

/** The reason for skipping what a server's ready line does not name. */
export function notServed(server: string, transport: string): string {
  return `the server "${server}" does not name ${transport} among its transports`;
}

/** The reason for skipping a started server whose ready line does not say that it serves over TLS. */
export function notOverTls(server: string): string {
  return `the server "${server}" does not say "tls":true in its ready line: it does not serve over TLS`;
}
