import { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { formatReadyLine, TRANSPORTS } from '../contract.ts';
import { startReferenceServer } from '../reference/server.ts';

/**
 * The reference server, made worse in one way by its first argument, so that a gate has something to
 * find: `slower` computes for a while before everything that it writes, as a costlier encoding of every
 * delivery would; `heavier` sends an event's comment of 12 B behind every event, which subscribers ignore.
 */
const fault = process.argv[2] ?? 'none';
const amount = Number(process.argv[3] ?? 0);

/** Calls the write that every socket has; its other arguments pass through. */
type Write = (this: Socket, chunk: Uint8Array | string, ...rest: unknown[]) => boolean;
const write = Socket.prototype.write as Write;

/** A chunk of a chunked body (RFC 9112 §7.1) with a comment line (WHATWG HTML §9.2.5). */
const COMMENT = Buffer.from('7\r\n: more\n\r\n');

function burn(us: number): void {
  const until = performance.now() + us / 1_000;
  while (performance.now() < until);
}

const worse: Readonly<Record<string, Write>> = {
  slower(chunk, ...rest) {
    burn(amount);
    return write.call(this, chunk, ...rest);
  },
  heavier(chunk, ...rest) {
    const isEvent = chunk instanceof Uint8Array && EVENT.test(text(chunk));
    return write.call(this, isEvent ? Buffer.concat([chunk, COMMENT]) : chunk, ...rest);
  },
};

/** How the reference server's chunk with an event begins. */
const EVENT = /^[0-9a-f]+\r\nid: /;

function text(chunk: Uint8Array): string {
  return Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(20, chunk.byteLength)).toString('latin1');
}

const changed = worse[fault];
if (changed !== undefined) Socket.prototype.write = changed as typeof Socket.prototype.write;

const server = await startReferenceServer({
  host: process.env['WIREBENCH_HOST'] ?? '127.0.0.1',
  port: Number(process.env['WIREBENCH_PORT'] ?? 0),
});
process.once('SIGTERM', () => server.close());
process.stdout.write(`${formatReadyLine(server.port, TRANSPORTS, false)}\n`);
