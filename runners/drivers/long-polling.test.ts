import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { type Bench, benchFor } from '../testing/bench.ts';
import { type RawServer, startRawServer } from '../testing/raw-server.ts';
import { scenarioOf } from '../testing/scenarios.ts';
import type { Client } from './driver.ts';
import { DRIVERS } from './index.ts';

/** When a long poll is made that nothing but the clock or its owner could ask for. */

let server: RawServer | null = null;
let bench: Bench | null = null;
const clients: Client[] = [];
const asked: string[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  asked.length = 0;
  await server?.close();
  await bench?.close();
  expect(bench?.unaccounted()).toEqual({ up: 0, down: 0 });
});

/** A server that answers the first poll of a connection and holds the next. */
async function start() {
  server = await startRawServer(async ({ socket, request }) => {
    asked.push(pathOf(await request()));
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n{"next":7,"frames":[]}');
    asked.push(pathOf(await request()));
  });
  const made = benchFor(server.target, scenarioOf({ tuning: { 'long-polling': { holdMs: 9_000 } } }));
  bench = made;
  return (index: number, channel: string) => {
    const plan = { index, channel, sends: false, phase: 0 };
    const client = DRIVERS['long-polling'].subscriber(made.context, plan);
    clients.push(client);
    return client;
  };
}

function pathOf(request: string): string {
  return request.split(' ')[1] ?? '';
}

it('is held from the subscription on, and not from the instant at which the load begins for all', async () => {
  const subscribe = await start();
  const client = subscribe(0, 'c');
  await client.open();
  const both = ['/long-poll?channel=c&wait=9000', '/long-poll?channel=c&after=7&wait=9000'];
  await expect.poll(() => asked).toEqual(both);
  client.start(bench?.context.window.startUs ?? 0);
  await setTimeout(20);
  expect(asked).toEqual(both);
});

it('is not made once its client is closed', async () => {
  const subscribe = await start();
  const client = subscribe(0, 'c');
  await client.open();
  client.close();
  await setTimeout(20);
  expect(asked).toHaveLength(1);
});

it('asks for its own channel, whoever asked before', async () => {
  const subscribe = await start();
  for (const [index, channel] of ['a', 'b', 'a', 'c'].entries()) await subscribe(index, channel).open();
  await expect.poll(() => asked).toHaveLength(8);
  const seconds = asked.filter((path) => path.includes('after=7'));
  expect(seconds.map((path) => /channel=(.)/.exec(path)?.[1]).sort()).toEqual(['a', 'a', 'b', 'c']);
});
