import type { Measurements } from '../../reports/results/schema.ts';
import type { Link, Scenario } from '../../scenarios/schema.ts';
import type { Transport } from '../../servers/contract.ts';
import type { Target } from '../wire/target.ts';

/** What every process of a trial is told first. */
export interface Assignment {
  readonly scenario: Scenario;
  readonly transport: Transport;
  /** The `file:` URL of the module that says how the server is spoken to; `null`: as the contract says. */
  readonly adapter: string | null;
  /** Fields that the server wants with every request; what stands for secrets is not filled in yet. */
  readonly serverHeaders: Readonly<Record<string, string>>;
  readonly seed: number;
  /** Where to connect: a shard of the server each. */
  readonly targets: readonly Target[];
  /** Where one source address has not ports enough for all clients: the first, and how many share each. */
  readonly sources: { readonly prefix: string; readonly clientsEach: number } | null;
  /** Before every channel's number: no two trials share a channel, not even on a server that stays. */
  readonly channelPrefix: string;
  /** The clients of this worker: from the first to before the end. Empty for the publisher. */
  readonly clients: { readonly from: number; readonly end: number };
}

/** What the coordinator says to a publisher or worker. */
export type Order =
  | { readonly kind: 'assign'; readonly assignment: Assignment }
  /** Open all connections, from this instant of CLOCK_MONOTONIC on. */
  | { readonly kind: 'connect'; readonly atUs: number }
  /** The warm-up starts at this instant of CLOCK_MONOTONIC. */
  | { readonly kind: 'start'; readonly startUs: number }
  /** To the link: pass on what comes, to this server. */
  | { readonly kind: 'relay'; readonly link: Link; readonly target: Target; readonly seed: number }
  /** To the link: the measuring phase starts at this instant of CLOCK_MONOTONIC. */
  | { readonly kind: 'script'; readonly zeroUs: number }
  /** Stop, close, and hand in what was measured. */
  | { readonly kind: 'finish' };

/** What a publisher or worker says to the coordinator. */
export type Report =
  | { readonly kind: 'ready' }
  /** The link listens on this port of loopback. */
  | { readonly kind: 'listening'; readonly port: number }
  /** As many connections as could be opened are; `failures` has the reasons of those that could not. */
  | { readonly kind: 'connected'; readonly failures: readonly string[] }
  /** All that was due has been sent, and all that was expected has come. */
  | { readonly kind: 'complete' }
  /** `connectionsBeside`: TCP connections that it opened and that are no client's. */
  | {
      readonly kind: 'measurements';
      readonly measurements: Measurements;
      readonly connectionsBeside: number;
    }
  /** It cannot go on. */
  | { readonly kind: 'failed'; readonly reason: string };

/** Name of a channel: fixed length, so that byte accounts do not depend on its number. */
export function channelName(prefix: string, channel: number): string {
  return `${prefix}-${String(channel).padStart(6, '0')}`;
}

/** The address that a client connects from. */
export function sourceOf(
  { prefix, clientsEach }: NonNullable<Assignment['sources']>,
  client: number,
): string {
  return `${prefix}.${1 + Math.floor(client / clientsEach)}`;
}
