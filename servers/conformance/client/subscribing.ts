import { ROUTES, type Transport } from '../../contract.ts';
import { headOf, type Peer } from './peer.ts';
import { upgradeHead } from './raw-frames.ts';

/** The bytes that open a subscription of a channel, which the server then holds; for polling, one poll. */
export function subscribing(peer: Peer, transport: Transport, channel: string): string {
  const get = (target: string) => headOf(peer, 'GET', target);
  switch (transport) {
    case 'polling':
      return get(`${ROUTES.poll}?channel=${channel}`);
    case 'long-polling':
      return get(`${ROUTES.longPoll}?channel=${channel}&after=0&wait=30000`);
    case 'sse':
      return get(`${ROUTES.events}?channel=${channel}`);
    case 'websocket':
      return upgradeHead(peer, `${ROUTES.socket}?channel=${channel}`);
  }
}
