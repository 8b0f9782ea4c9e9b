import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { WebSocketServer } from 'ws';
import { formatReadyLine, type Transport } from '../../servers/contract.ts';

/**
 * A small server of the contract, polling and event streams (and an echo over WebSocket) only,
 * with one fault, named by its first argument.
 */
const fault = process.argv[2] ?? 'none';

/** Every so many frames something goes wrong. */
const EVERY = 5;

/** What becomes of the `count`-th frame of the server (from 1), which is to be appended to `channel`. */
function deliver(channel: string, frame: string, count: number): void {
  const wrong = count % EVERY === 0;
  switch (fault) {
    case 'loses':
      if (!wrong) append(channel, frame);
      return;
    case 'duplicates':
      append(channel, frame);
      if (wrong) append(channel, frame);
      return;
    case 'reorders': {
      if (wrong) held = { channel, frame };
      else append(channel, frame);
      if (count % EVERY === 1 && held !== null) append(held.channel, held.frame);
      return;
    }
    case 'misroutes':
      // To the channel that was spoken to before, which has now one too many.
      append(wrong ? (lastChannel ?? channel) : channel, frame);
      lastChannel = channel;
      return;
    case 'garbles':
      append(channel, wrong ? frame.toUpperCase() : frame);
      return;
    case 'stamps ahead':
      append(channel, wrong ? later(frame, SENT, 10_000_000) : frame);
      return;
    case 'makes the warm-up count':
      append(channel, count <= 30 ? later(frame, DUE, 500_000) : frame);
      return;
    default:
      append(channel, frame);
  }
}

/** Where a stamp says when its message was due and, counted from there, when it was sent; see `stamp.ts`. */
const DUE = [12, 22] as const;
const SENT = [22, 31] as const;

/** A frame whose stamp says so many microseconds more. */
function later(frame: string, [start, end]: typeof DUE | typeof SENT, byUs: number): string {
  const digits = (Number.parseInt(frame.slice(start, end), 36) + byUs).toString(36);
  return `${frame.slice(0, start)}${digits.padStart(end - start, '0')}${frame.slice(end)}`;
}

let held: { channel: string; frame: string } | null = null;
let lastChannel: string | null = null;
let published = 0;
let streams = 0;
const logs = new Map<string, string[]>();
const subscribers = new Map<string, Set<ServerResponse>>();

function logOf(channel: string): string[] {
  const log = logs.get(channel) ?? [];
  logs.set(channel, log);
  return log;
}

/** How much 'cuts slow readers off' holds for one of them. */
const MAX_UNSENT_BYTES = 1 << 20;

function append(channel: string, frame: string): void {
  const log = logOf(channel);
  if (fault !== 'keeps no log') log.push(frame);
  const event = Buffer.from(`id: ${log.length}\ndata: ${frame}\n\n`);
  for (const response of subscribers.get(channel) ?? []) {
    response.write(event);
    if (fault === 'cuts slow readers off' && response.writableLength > MAX_UNSENT_BYTES) {
      response.socket?.resetAndDestroy();
    }
  }
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://server');
  const channel = url.searchParams.get('channel') ?? '';
  switch (url.pathname) {
    case '/publish': {
      const frame = await text(request);
      published += 1;
      if (fault === 'refuses publishing' && published % EVERY === 0) {
        response.writeHead(500).end('disk full');
        return;
      }
      if (fault === 'dies when published to' && published === 1) setTimeout(die, 300);
      deliver(channel, frame, published);
      if (fault === 'answers late') setTimeout(() => response.writeHead(204).end(), 300);
      else response.writeHead(204).end();
      return;
    }
    case '/poll': {
      const log = logOf(channel);
      const after = Number(url.searchParams.get('after') ?? log.length);
      response.end(JSON.stringify({ next: log.length, frames: log.slice(after) }));
      return;
    }
    case '/events': {
      streams += 1;
      if (fault === 'dies when connected to') die();
      if (fault === 'takes only two' && streams > 2) {
        response.writeHead(503).end('full');
        return;
      }
      if (fault === 'answers only two' && streams > 2) return;
      if (fault === 'opens one by one') await sleepUntil(turn());
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(': subscribed\n\n');
      const members = subscribers.get(channel) ?? new Set();
      subscribers.set(channel, members.add(response));
      response.on('close', () => members.delete(response));
      return;
    }
    default:
      response.writeHead(404).end();
  }
});

/** From one opened stream to the next, and when it is the turn of the next. */
const OPENING_MS = 5;
let lastTurnMs: number | null = null;

function turn(): number {
  lastTurnMs = (lastTurnMs ?? performance.now()) + OPENING_MS;
  return lastTurnMs;
}

function sleepUntil(atMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, atMs - performance.now()));
}

let echoed = 0;
new WebSocketServer({ server, path: '/echo' }).on('connection', (socket) => {
  socket.on('message', (data) => {
    echoed += 1;
    const lateMs = fault === 'echoes in any order' && echoed % EVERY === 0 ? 200 : 0;
    setTimeout(() => socket.send(data.toString()), lateMs);
  });
});

function die(): void {
  process.stderr.write('these are my last words\n');
  process.kill(process.pid, 'SIGKILL');
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const transports: Transport[] = fault === 'does not poll' ? ['sse'] : ['polling', 'sse'];
  if (fault === 'echoes in any order') transports.push('websocket');
  const ready = () => process.stdout.write(`${formatReadyLine(port, transports)}\n`);
  switch (fault) {
    case 'never gets ready':
      process.stdout.write('still warming up\n');
      return;
    case 'exits at once':
      process.stderr.write('port 80 is taken\n');
      process.exit(4);
      return;
    case 'refuses connections':
      setInterval(() => {}, 60_000);
      server.close(ready);
      return;
    default:
      ready();
  }
});
