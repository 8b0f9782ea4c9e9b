import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { nowUs } from '../clock.ts';

/** What went through a tap: a request, and how long its answer took to begin. */
export interface Exchange {
  /** The bytes of it that came first, Latin-1: head and body, unless they are of more than one segment. */
  readonly request: string;
  readonly answeredAfterMs: number;
}

/** A relay in front of a server that notes when requests and answers pass. */
export interface Tap {
  readonly url: string;
  readonly exchanges: readonly Exchange[];
  close(): void;
}

/** Starts a tap on a port of its own. */
export async function tap(port: number): Promise<Tap> {
  const exchanges: Exchange[] = [];
  const sockets = new Set<{ destroy(): void }>();
  const relay = createServer({ noDelay: true }, (client) => {
    const server = connect({ port, host: '127.0.0.1', noDelay: true });
    let request: { text: string; atUs: number } | null = null;
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', (bytes) => {
      request = { text: bytes.toString('latin1'), atUs: nowUs() };
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (request !== null) {
        exchanges.push({ request: request.text, answeredAfterMs: (nowUs() - request.atUs) / 1e3 });
      }
      request = null;
      client.write(bytes);
    });
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  return {
    url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    exchanges,
    close() {
      relay.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
