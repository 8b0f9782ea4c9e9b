import { connect, createServer, type Server, type Socket } from 'node:net';
import { randomFrom } from '../../scenarios/random.ts';
import type { Link } from '../../scenarios/schema.ts';
import { nowUs } from '../clock.ts';
import type { Agenda } from '../pacing/agenda.ts';
import type { Target } from '../wire/target.ts';
import { Line, type Stall } from './line.ts';

/** So much may be under way in one direction before the sender has to wait, like a TCP window. */
const MAX_UNDER_WAY_BYTES = 4 << 20;

/** A relay in front of a server that delays what passes, as a network between the two would. */
export class Relay {
  readonly #link: Link;
  readonly #target: Target;
  readonly #seed: number;
  readonly #agenda: Agenda;
  readonly #server: Server;
  readonly #connections = new Set<Pair>();
  readonly #stalls: Stall[] = [];
  #refuseUntilUs = Number.NEGATIVE_INFINITY;
  #accepted = 0;

  constructor(link: Link, target: Target, seed: number, agenda: Agenda) {
    this.#link = link;
    this.#target = target;
    this.#seed = seed;
    this.#agenda = agenda;
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => this.#accept(client));
  }

  /** Listens on a loopback port of its own and resolves to it. */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 }, () => {
        const address = this.#server.address();
        if (address === null || typeof address === 'string') reject(new Error('the relay has no port'));
        else resolve(address.port);
      });
    });
  }

  /** Plans the scripted events; `zeroUs` is the start of the measuring phase. */
  script(zeroUs: number): void {
    for (const event of this.#link.events) {
      const atUs = zeroUs + event.atMs * 1e3;
      switch (event.kind) {
        case 'cut':
          this.#agenda.at(atUs, () => this.#cut());
          break;
        case 'stall':
          this.#stalls.push({ fromUs: atUs, endUs: atUs + event.forMs * 1e3 });
          break;
        case 'refuse':
          this.#agenda.at(atUs, () => {
            this.#refuseUntilUs = atUs + event.forMs * 1e3;
          });
          break;
      }
    }
  }

  #accept(client: Socket): void {
    if (nowUs() < this.#refuseUntilUs) {
      client.resetAndDestroy();
      return;
    }
    this.#accepted += 1;
    const random = randomFrom(this.#seed, 'link', this.#accepted);
    const line = () => new Line(this.#link, random, this.#stalls);
    const pair = new Pair(client, connect({ ...this.#target, noDelay: true, allowHalfOpen: true }));
    this.#connections.add(pair);
    pair.onOver = () => this.#connections.delete(pair);
    // The client is connected to the relay at once; to the server it would be a round trip later.
    pair.join(this.#agenda, line(), line(), nowUs() + this.#link.rttMs * 1e3);
  }

  #cut(): void {
    for (const pair of this.#connections) pair.cut();
  }
}

/** The two halves of one relayed connection. */
class Pair {
  readonly #client: Socket;
  readonly #server: Socket;
  onOver: () => void = () => {};

  constructor(client: Socket, server: Socket) {
    this.#client = client;
    this.#server = server;
  }

  /** Lets bytes pass; nothing goes up before `connectedUs`. */
  join(agenda: Agenda, up: Line, down: Line, connectedUs: number): void {
    pump(this.#client, this.#server, agenda, up, connectedUs);
    pump(this.#server, this.#client, agenda, down, connectedUs);
    for (const socket of [this.#client, this.#server]) {
      socket.on('error', () => this.cut());
      socket.on('close', () => {
        if (this.#client.destroyed && this.#server.destroyed) this.onOver();
      });
    }
  }

  /** Ends both halves as a broken network does: with a reset. */
  cut(): void {
    for (const socket of [this.#client, this.#server]) if (!socket.destroyed) socket.resetAndDestroy();
    this.onOver();
  }
}

/** Passes on what `from` receives, and its end, when the line says. */
function pump(from: Socket, to: Socket, agenda: Agenda, line: Line, notBeforeUs: number): void {
  /** In order: the agenda may run tasks of the same instant in any order, the bytes must not. */
  const underWay: (Buffer | null)[] = [];
  let bytesUnderWay = 0;
  const deliver = () => {
    const segment = underWay.shift();
    if (segment === undefined || to.destroyed) return;
    if (segment === null) {
      to.end();
      return;
    }
    bytesUnderWay -= segment.length;
    to.write(segment);
    resume();
  };
  const send = (segment: Buffer | null) => {
    underWay.push(segment);
    bytesUnderWay += segment?.length ?? 0;
    agenda.at(line.passes(segment?.length ?? 0, Math.max(nowUs(), notBeforeUs)), deliver);
  };
  const resume = () => {
    if (from.isPaused() && bytesUnderWay + to.writableLength < MAX_UNDER_WAY_BYTES) from.resume();
  };
  to.on('drain', resume);
  from.on('data', (bytes) => {
    for (let start = 0; start < bytes.length; start += line.segmentBytes) {
      send(bytes.subarray(start, start + line.segmentBytes));
    }
    if (bytesUnderWay + to.writableLength >= MAX_UNDER_WAY_BYTES) from.pause();
  });
  from.on('end', () => send(null));
}
