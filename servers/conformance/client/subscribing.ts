import { ROUTES, type Transport } from '../../contract.ts';
import { upgradeHead } from './raw-frames.ts';

/** The bytes that open a subscription of a channel, which the server then holds; for polling, one poll. */
export function subscribing(origin: URL, transport: Transport, channel: string): string {
  const get = (target: string) => `GET ${target} HTTP/1.1\r\nHost: ${origin.host}\r\n\r\n`;
  switch (transport) {
    case 'polling':
      return get(`${ROUTES.poll}?channel=${channel}`);
    case 'long-polling':
      return get(`${ROUTES.longPoll}?channel=${channel}&after=0&wait=30000`);
    case 'sse':
      return get(`${ROUTES.events}?channel=${channel}`);
    case 'websocket':
      return upgradeHead(origin, `${ROUTES.socket}?channel=${channel}`);
  }
}
