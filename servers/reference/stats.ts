import type { Server, Socket } from 'node:net';
import type { StatsAnswer } from '../contract.ts';

/** The connections of a server, counted and within reach. */
export interface Traffic {
  stats(): StatsAnswer;
  /** Ends every open connection without waiting for what it still has to send. */
  destroyConnections(): void;
}

/** Counts the connections and requests of a server from now on; upgraded connections stay in the count. */
export function countTraffic(server: Server): Traffic {
  const open = new Set<Socket>();
  let accepted = 0;
  let requests = 0;
  const countRequest = () => {
    requests += 1;
  };
  server.on('connection', (socket: Socket) => {
    accepted += 1;
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.on('request', countRequest);
  server.on('upgrade', countRequest);
  return {
    stats: () => ({ connections: open.size, accepted, requests }),
    destroyConnections: () => {
      for (const socket of open) socket.destroy();
    },
  };
}
