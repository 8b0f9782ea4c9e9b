import type { Dialect } from '../../dialect.ts';
import { headOf } from '../client/peer.ts';
import { upgradeHead } from '../client/raw-frames.ts';
import type { Opening } from '../rules/lifecycle.ts';

/** The bytes of a client's first request, in the words of a dialect that has some for the transport. */
export function openingIn(dialect: Dialect): Opening {
  return (peer, transport, channel) => {
    const get = (target = '/', fields: Readonly<Record<string, string>> = {}) =>
      headOf(peer, 'GET', target, fields);
    switch (transport) {
      case 'polling':
      case 'long-polling': {
        const words = dialect[transport];
        return get(words?.path(channel, null, 30_000), words?.fields?.(null));
      }
      case 'sse':
        return get(dialect.sse?.path(channel), { Accept: 'text/event-stream' });
      case 'websocket': {
        const { websocket } = dialect;
        const subprotocol = websocket?.subprotocol;
        const further = subprotocol === undefined ? {} : { 'Sec-WebSocket-Protocol': subprotocol };
        return upgradeHead(peer, websocket?.path(channel, null) ?? '/', further);
      }
    }
  };
}
