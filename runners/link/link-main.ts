import { Agenda } from '../pacing/agenda.ts';
import type { Order, Report } from '../processes/protocol.ts';
import { Relay } from './relay.ts';

/** The link: a process between generator and server that delays what passes. It ends with the coordinator. */
let relay: Relay | null = null;

const say = (report: Report) => {
  if (process.connected) process.send?.(report);
};
const fail = (error: unknown) => say({ kind: 'failed', reason: String(error) });
process.on('disconnect', () => process.exit(0));
process.on('uncaughtException', fail);
process.on('message', (order: Order) => {
  switch (order.kind) {
    case 'relay': {
      const { link, target, seed } = order;
      relay = new Relay(link, target, seed, new Agenda());
      relay.listen().then((port) => say({ kind: 'listening', port }), fail);
      return;
    }
    case 'script':
      relay?.script(order.zeroUs);
      return;
  }
});
say({ kind: 'ready' });
