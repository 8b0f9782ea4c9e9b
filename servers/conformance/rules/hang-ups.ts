import { subscribing } from '../client/subscribing.ts';
import { readBack } from '../readers.ts';
import type { Rule } from '../rule.ts';
import { expectFrames } from './delivery.ts';

/** Clients go without saying so. */
export const hangUpRules: readonly Rule[] = [
  {
    id: 'survives-hang-ups',
    title: 'Clients that hang up in the middle of a request or subscription do no harm to others',
    needs: [],
    check: async (probe) => {
      const channel = probe.channel();
      for (const transport of probe.transports) {
        const connection = await probe.raw();
        await connection.send(subscribing(probe.peer, transport, channel));
        if (transport !== 'long-polling') await connection.status();
        connection.destroy();
      }
      const inTheHead = await probe.raw();
      await inTheHead.send('POST /publish?chan');
      inTheHead.destroy();
      await probe.publish(channel, 'a', 'b');
      expectFrames(await readBack(probe, channel, 2), ['a', 'b']);
    },
  },
];
