import { randomBytes } from 'node:crypto';
import { ROUTES } from '../contract.ts';
import type { Dialect } from '../dialect.ts';
import { HttpClient } from './client/http.ts';
import { quoted } from './client/limits.ts';
import type { Peer } from './client/peer.ts';
import { RawConnection } from './client/raw.ts';

/** Answers to who may not ask (RFC 9110 §15.5.2 and §15.5.4, RFC 9110 §15.5.8). */
const REFUSALS = new Set([401, 403, 407]);

/**
 * What keeps a server that runs already from being checked at all, with the remedy, in one line; `null` if nothing does.
 *
 * @param dialect how it is spoken to; `null`: as the contract says.
 */
export async function closedBecause(peer: Peer, dialect: Dialect | null): Promise<string | null> {
  return (await unreachedBecause(peer)) ?? (await refusedBecause(peer, dialect));
}

async function unreachedBecause(peer: Peer): Promise<string | null> {
  try {
    (await RawConnection.open(peer)).destroy();
    return null;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const remedy = /certificate|self.signed/i.test(problem)
      ? 'name its authority in NODE_EXTRA_CA_CERTS, or switch the check off with --insecure-tls'
      : 'start the server first';
    return `${problem}; ${remedy}`;
  }
}

/** One message, as every scenario publishes it: of all requests, the one that a server must not take from everybody. */
async function refusedBecause(peer: Peer, dialect: Dialect | null): Promise<string | null> {
  const channel = `verify-${randomBytes(8).toString('hex')}`;
  const { method = 'POST', path, fields, carry } = publishing(dialect);
  const http = new HttpClient(peer);
  try {
    const body = carry?.(Buffer.from('x'), channel) ?? 'x';
    const {
      asked,
      status,
      body: said,
    } = await http.request(method, path(channel), {
      body,
      ...(fields && { headers: fields }),
    });
    if (!REFUSALS.has(status)) return null;
    const remedy =
      Object.keys(peer.headers).length === 0
        ? 'say what it wants under "headers" in a server file'
        : 'check the "headers" that it is given, and the values that they have from the environment';
    return `${asked} was refused with ${status} ${quoted(said.toString())}; ${remedy}`;
  } catch {
    return null; // No answer, or an adapter that throws: the rules about that say more.
  } finally {
    http.close();
  }
}

function publishing(dialect: Dialect | null): Dialect['publish'] {
  return dialect?.publish ?? { path: (channel) => `${ROUTES.publish}?channel=${channel}` };
}
