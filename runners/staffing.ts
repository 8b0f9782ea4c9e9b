import { isDivisible, MAX_SHARDS, type Scenario } from '../scenarios/schema.ts';
import type { ServerSpec } from '../servers/contract.ts';
import { DRIVERS } from './drivers/index.ts';
import type { Arm } from './plan.ts';
import { planTraffic } from './traffic.ts';

/** How many processes share the connections of a trial. */
export interface Staffing {
  /** Processes of the server. */
  readonly shards: number;
  /** Generator workers. */
  readonly workers: number;
  /** So many clients share a source address; `null`: one address has ports enough for all. */
  readonly clientsPerAddress: number | null;
}

/** Descriptors that a process keeps for what is not a connection: files, pipes, threads, `/proc`. */
const SPARE_DESCRIPTORS = 500;

/** It keeps no more of few. */
const SPARE_SHARE = 0.25;

/** A relay holds both ends of a connection. */
const ENDS_AT_RELAY = 2;

/**
 * Linux has 28,232 local ports by default (ip_sysctl(7)), and looks through one half of them before the other:
 * 3 ms of system time for each connection beyond the 14,000th to the same port, instead of 0.06 ms.
 */
const PORTS_PER_TARGET = 12_000;

/** The same for a socket that is bound to an address before it connects, which looks through quarters. */
const PORTS_PER_ADDRESS = 6_000;

/** What a connection costs both its ends and the kernel together, as measured, rounded up. */
const BYTES_PER_CONNECTION = 40_000;

/** What the machine allows. */
export interface MachineLimits {
  /** Descriptors that one process may have open. */
  readonly descriptors: number;
  /** Memory that is not used. */
  readonly freeBytes: number;
}

/**
 * Chooses how many processes hold the connections of an arm: as few as the machine's descriptor
 * limit allows, since every process takes a share of the cores. Pure.
 */
export function staff(arm: Arm, { descriptors }: MachineLimits, workers: number | null): Staffing {
  const { scenario, server } = arm;
  const connections = connectionsOf(arm);
  const perProcess = connectionsPerProcess(descriptors);
  const perShard = scenario.link === null ? perProcess : Math.floor(perProcess / ENDS_AT_RELAY);
  const needed = Math.min(MAX_SHARDS, Math.ceil(connections / perShard));
  const shards = 'url' in server ? 1 : (scenario.shards ?? (isDivisible(scenario.workload) ? needed : 1));
  return {
    shards,
    workers: Math.min(scenario.connections, workers ?? Math.ceil(connections / perProcess)),
    clientsPerAddress:
      isLoopback(server) && connections / shards > PORTS_PER_TARGET ? PORTS_PER_ADDRESS : null,
  };
}

/** What of an arm this machine does not allow, in one line; `null` where it allows all of it. */
export function beyondMachine(arm: Arm, limits: MachineLimits, workers: number | null): string | null {
  const { scenario, server } = arm;
  const connections = connectionsOf(arm);
  const { shards } = staff(arm, limits, workers);
  const most = connectionsPerProcess(limits.descriptors);
  const wanted = `${count(connections)} connections`;
  if (!('url' in server) && connections > shards * most) {
    const processes = shards === 1 ? 'one server process holds' : `${shards} server processes hold`;
    return `${wanted}: ${processes} at most ${count(shards * most)}, since a process may have ${count(limits.descriptors)} descriptors (ulimit -n)${unlessDivided(scenario)}`;
  }
  const bytes = connections * BYTES_PER_CONNECTION;
  if (bytes > limits.freeBytes) {
    return `${wanted} need about ${gigabytes(bytes)} of memory, and ${gigabytes(limits.freeBytes)} are free`;
  }
  return null;
}

/** Whether a server can be reached from every address of 127.0.0.0/8; what the harness starts, it starts there. */
function isLoopback(server: ServerSpec): boolean {
  return !('url' in server) || /^127\./.test(new URL(server.url).hostname);
}

function connectionsPerProcess(descriptors: number): number {
  return Math.max(1, Math.floor(descriptors - Math.min(SPARE_DESCRIPTORS, descriptors * SPARE_SHARE)));
}

/** TCP connections that the clients of an arm open: a client that cannot send where it receives has two. */
function connectionsOf({ scenario, transport }: Arm): number {
  const { clientsSend } = planTraffic(scenario, 0);
  const beside = clientsSend && scenario.workload.kind === 'push';
  return scenario.connections * (beside ? DRIVERS[transport].connectionsPerSender : 1);
}

function unlessDivided({ workload, shards }: Scenario): string {
  return isDivisible(workload) && shards !== null ? '; leave "shards" out, and there will be enough' : '';
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
