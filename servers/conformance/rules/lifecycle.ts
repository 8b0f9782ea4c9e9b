import { READY_WITHIN_MS, STOP_WITHIN_MS, type Transport } from '../../contract.ts';
import type { LaunchError, RunningServer } from '../../launch.ts';
import { inWords } from '../../process-group.ts';
import { pause } from '../client/limits.ts';
import type { Peer } from '../client/peer.ts';
import { RawConnection } from '../client/raw.ts';
import { subscribing } from '../client/subscribing.ts';
import type { Outcome } from '../rule.ts';

/** The bytes that open a subscription of a channel. */
export type Opening = (peer: Peer, transport: Transport, channel: string) => string;

/** What these two rules are; the suite starts and ends the server between them. */
export const READY_RULE = {
  id: 'ready-line',
  title: `The server is there: a command prints its ready line within ${READY_WITHIN_MS / 1_000} s`,
} as const;

export const STOP_RULE = {
  id: 'ends-on-sigterm',
  title: `The server ends within ${STOP_WITHIN_MS / 1_000} s of SIGTERM, also while connections are held`,
} as const;

/** A server that did not come up. */
export function notReady(error: LaunchError): Outcome {
  return { kind: 'failed', reason: error.message, evidence: error.evidence };
}

/**
 * Ends a server while it holds a connection of each of its transports.
 *
 * @param opening the bytes that open a subscription.
 */
export async function checkStop(
  server: RunningServer,
  peer: Peer,
  opening: Opening = subscribing,
): Promise<Outcome> {
  const held = await Promise.all(
    server.transports.map((transport) => hold(peer, () => opening(peer, transport, 'held'))),
  );
  const stop = await server.stop();
  for (const connection of held) connection?.destroy();
  switch (stop.kind) {
    case 'ended':
      return { kind: 'passed' };
    case 'ended-before':
      return failed(`the server ${inWords(stop.exit)} before it was asked to end`, server);
    case 'killed':
      return failed(
        `the server ran on after SIGTERM and was killed after ${Math.round(stop.afterMs)} ms`,
        server,
      );
    case 'not-ours':
      return { kind: 'skipped', reason: 'the server is not started by the suite' };
  }
}

function failed(reason: string, server: RunningServer): Outcome {
  return { kind: 'failed', reason, evidence: server.log() };
}

/** A connection that the server holds; none if it accepts none any more. */
async function hold(peer: Peer, bytes: () => string): Promise<RawConnection | undefined> {
  try {
    const connection = await RawConnection.open(peer);
    await connection.send(bytes());
    await pause(50);
    return connection;
  } catch {
    return undefined; // Other rules have failed already, of the server or its adapter; here only the end counts.
  }
}
