import type { AcceptedDialect } from '../../servers/dialect.ts';
import { HttpConnection } from '../wire/http-connection.ts';
import { Ledger, Tally } from '../wire/ledger.ts';
import { type HeaderFields, RequestHead } from '../wire/request-head.ts';
import { SocketTotals } from '../wire/socket-totals.ts';
import { hostHeader, type Target } from '../wire/target.ts';

/** A server that does not answer within this is not asked to say more. */
const WITHIN_MS = 2_000;

/**
 * How many TCP connections servers say that they have accepted since their start, the ones that ask
 * included, one each; `null` if one of them does not say (`/stats` is optional).
 *
 * Nobody else could say: Linux counts accepted connections per network namespace (`PassiveOpens` in
 * `/proc/net/snmp`), those of every other program included, and not per listening socket.
 *
 * @param words where and how they say so.
 * @param headers added to the requests.
 */
export async function acceptedSoFar(
  targets: readonly Target[],
  words: AcceptedDialect,
  headers: HeaderFields,
): Promise<number | null> {
  const counts = await Promise.all(targets.map((target) => ask(target, words, headers)));
  return counts.reduce<number | null>(
    (sum, count) => (sum === null || count === null ? null : sum + count),
    0,
  );
}

function ask(target: Target, words: AcceptedDialect, headers: HeaderFields): Promise<number | null> {
  return new Promise((resolve) => {
    const settle = (count: number | null) => {
      clearTimeout(timer);
      connection.close();
      resolve(count);
    };
    const timer = setTimeout(() => settle(null), WITHIN_MS);
    const use = { reuse: false, repeats: false };
    const connection = new HttpConnection(target, new SocketTotals(), new Tally(new Ledger()), use, {
      onOpen: () => {},
      onAnswer: ({ status, body, start, end }) => {
        settle(status === 200 ? acceptedIn(words, body.toString('utf8', start, end)) : null);
      },
      onFailure: () => settle(null),
      onIdleEnd: () => {},
    });
    const head = new RequestHead(hostHeader(target), { Connection: 'close' }, headers);
    connection.request(head.of('GET', words.path));
  });
}

function acceptedIn(words: AcceptedDialect, text: string): number | null {
  try {
    const accepted = words.read(text);
    return Number.isSafeInteger(accepted) && accepted >= 0 ? accepted : null;
  } catch {
    return null;
  }
}
