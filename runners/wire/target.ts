import type { TlsTrust } from './tls.ts';

/** Where the server is. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** Whom to take for it over TLS; `null`: no TLS. */
  readonly tls: TlsTrust | null;
  /** Local address to connect from; without one, the system chooses. */
  readonly sourceAddress?: string;
}

/** The `Host` header of a target (RFC 9112 §3.2); an IPv6 address goes into brackets. */
export function hostHeader({ host, port }: Pick<Target, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The origin of a target (RFC 6454 §6.2). */
export function originOf(target: Target): string {
  return `${target.tls === null ? 'http' : 'https'}://${hostHeader(target)}`;
}
