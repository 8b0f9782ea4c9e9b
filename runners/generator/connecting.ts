import { setImmediate } from 'node:timers/promises';
import type { Scenario } from '../../scenarios/schema.ts';
import { nowUs } from '../clock.ts';
import type { Client } from '../drivers/driver.ts';

/** Paced, so many clients are connecting at a time: enough to be quick, few enough to fit a listen backlog of 511. */
export const PACED_AT_A_TIME = 200;

/**
 * At once, so many begin before the event loop gets to write and read: to begin 2,000 in a row takes a few
 * hundred milliseconds, in which the server would have connections and no request.
 */
const BEGUN_IN_A_ROW = 32;

/** How long one client may take to connect and subscribe. */
const OPEN_WITHIN_MS = 10_000;

/** What becomes of the clients that connect. */
export interface ConnectEvents {
  /** One is connected and subscribed, so long after it was to begin. */
  readonly onConnected: (tookUs: number) => void;
  /** One could not, and why. */
  readonly onFailed: (reason: string) => void;
}

/**
 * Connects clients; resolves when each is connected or has failed.
 *
 * @param dueUs the instant at which all that connect at once are due to begin, here and in the other
 *   workers. The time of each counts from it, however long this process needs to begin them all; a
 *   paced client's counts from its own beginning.
 */
export async function connectClients(
  clients: readonly Client[],
  connecting: Scenario['connecting'],
  dueUs: number,
  { onConnected, onFailed }: ConnectEvents,
): Promise<void> {
  const connect = async (client: Client, fromUs: number) => {
    try {
      await openWithin(client, OPEN_WITHIN_MS);
      onConnected(nowUs() - fromUs);
    } catch (error) {
      onFailed(error instanceof Error ? error.message : String(error));
    }
  };
  const waiting = clients.values();
  switch (connecting) {
    case 'paced': {
      const connectNext = async () => {
        for (const client of waiting) await connect(client, nowUs());
      };
      await Promise.all(Array.from({ length: PACED_AT_A_TIME }, connectNext));
      return;
    }
    case 'at-once': {
      const begun: Promise<void>[] = [];
      for (const client of waiting) {
        begun.push(connect(client, dueUs));
        if (begun.length % BEGUN_IN_A_ROW === 0) await setImmediate();
      }
      await Promise.all(begun);
      return;
    }
  }
}

/** Opens a client; one that is kept waiting is closed, so that it holds up nobody else. */
async function openWithin(client: Client, withinMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`the server did not subscribe the client within ${withinMs} ms`));
      client.close();
    }, withinMs);
  });
  try {
    await Promise.race([client.open(), overdue]);
  } finally {
    clearTimeout(timer);
  }
}
