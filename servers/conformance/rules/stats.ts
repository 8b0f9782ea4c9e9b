import { ROUTES } from '../../contract.ts';
import { type Answer, described, expectStatus, jsonOf } from '../client/http.ts';
import { headOf } from '../client/peer.ts';
import type { Probe } from '../probe.ts';
import type { Rule } from '../rule.ts';
import { Broken } from '../verdict.ts';

/** `GET /stats`, which a server may do without. */
export const statsRules: readonly Rule[] = [
  {
    id: 'stats',
    title: 'GET /stats, where there is one, counts connections and requests',
    needs: [],
    check: async (probe) => {
      const answer = await probe.request('GET', ROUTES.stats);
      if (answer.status === 404) {
        probe.notes.push('the server has no /stats: its connections cannot be counted from its side');
        return;
      }
      const before = countsIn(answer);
      const connection = await probe.raw();
      // Accepted is not yet counted: the answer shows that it is.
      await connection.send(headOf(probe.peer, 'GET', ROUTES.stats));
      await connection.status();
      const after = await counts(probe);
      const asExpected =
        after.connections >= 1 && after.accepted > before.accepted && after.requests > before.requests;
      if (asExpected) return;
      throw new Broken('one connection and two requests more must show in "accepted" and "requests"', [
        `before: ${JSON.stringify(before)}`,
        `after: ${JSON.stringify(after)}`,
      ]);
    },
  },
];

async function counts(probe: Probe) {
  return countsIn(await probe.request('GET', ROUTES.stats));
}

function countsIn(answer: Answer) {
  expectStatus(answer, 200);
  const { connections, accepted, requests } = jsonOf(answer);
  if (isCount(connections) && isCount(accepted) && isCount(requests))
    return { connections, accepted, requests };
  throw new Broken('GET /stats must be answered {"connections":n,"accepted":n,"requests":n}', [
    described(answer),
  ]);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
