import { ROUTES } from '../../contract.ts';
import { described, expectStatus } from '../client/http.ts';
import { AT_ONCE_MS } from '../client/limits.ts';
import type { Rule } from '../rule.ts';
import { Broken } from '../verdict.ts';
import { expectFrames } from './delivery.ts';

const TEXTS = ['', 'zwölf\nBoxkämpfer 🥊', '{"json":true}', 'x'.repeat(70_000)];

/** `/echo`: the request of polling, the socket of WebSocket. */
export const echoRules: readonly Rule[] = [
  {
    id: 'echo-request',
    title: 'POST /echo is answered with the same body',
    needs: ['polling'],
    check: async (probe) => {
      for (const body of TEXTS) {
        const answer = await probe.request('POST', ROUTES.echo, { body });
        if (body !== '' || answer.status !== 204) expectStatus(answer, 200);
        if (!answer.body.equals(Buffer.from(body))) {
          throw new Broken(`POST /echo of ${Buffer.byteLength(body)} B must bring the same back`, [
            described(answer),
          ]);
        }
      }
    },
  },
  {
    id: 'echo-socket',
    title: 'A text frame to the WebSocket /echo comes back, to its sender only',
    needs: ['websocket'],
    check: async (probe) => {
      const [sender, other] = [await probe.webSocket(ROUTES.echo), await probe.webSocket(ROUTES.echo)];
      for (const text of TEXTS) sender.send(text);
      expectFrames(
        [...(await sender.frames.take(TEXTS.length, AT_ONCE_MS)), ...(await sender.frames.surplus())],
        TEXTS,
      );
      expectFrames(await other.frames.surplus(), []);
    },
  },
];
