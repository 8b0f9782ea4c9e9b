import type { Dialect } from '../../dialect.ts';
import { upgradeHead } from '../client/raw-frames.ts';
import type { Opening } from '../rules/lifecycle.ts';

/** The bytes of a client's first request, in the words of a dialect that has some for the transport. */
export function openingIn(dialect: Dialect): Opening {
  return (origin, transport, channel) => {
    const get = (target = '/', fields: Readonly<Record<string, string>> = {}) => {
      const lines = Object.entries({ Host: origin.host, ...fields }).map(
        ([name, value]) => `${name}: ${value}\r\n`,
      );
      return `GET ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
    };
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
        return upgradeHead(origin, websocket?.path(channel, null) ?? '/', further);
      }
    }
  };
}
