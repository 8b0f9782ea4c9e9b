import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { verify } from '../conformance/verify.ts';
import { readServer } from '../server-module.ts';

/** The adapter in docs/adapters.md, with the app that it is for: `node:http`, `ws` and an envelope of its own. */

const APP = `
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const rooms = new Map();
const roomOf = (name) => rooms.get(name) ?? rooms.set(name, { items: [], members: new Set() }).get(name);

function send({ room: name, body }) {
  const room = roomOf(name);
  room.items.push({ body });
  for (const member of room.members) member.send(JSON.stringify({ op: 'message', id: room.items.length, body }));
}

const http = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://app');
  if (request.method === 'POST' && pathname === '/api/send') {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    send(JSON.parse(text));
    response.writeHead(201).end();
  } else if (pathname === '/api/messages') {
    const { items } = roomOf(searchParams.get('room'));
    const since = searchParams.get('since') ?? items.length;
    response.end(JSON.stringify({ last: items.length, items: items.slice(Number(since)) }));
  } else response.writeHead(404).end();
});
http.on('clientError', (error, socket) => socket.destroy());
new WebSocketServer({ server: http, path: '/ws' }).on('connection', (socket) => {
  socket.send(JSON.stringify({ op: 'ping' }));
  socket.on('message', (data) => {
    const { op, room, body } = JSON.parse(data);
    if (op === 'send') send({ room, body });
    if (op !== 'join') return;
    roomOf(room).members.add(socket);
    socket.on('close', () => roomOf(room).members.delete(socket));
    socket.send(JSON.stringify({ op: 'joined', room }));
  });
});
http.listen(Number(process.env.WIREBENCH_PORT), '127.0.0.1', () => {
  const ready = { contract: 1, port: http.address().port, transports: ['polling', 'websocket'] };
  console.log('wirebench-ready ' + JSON.stringify(ready));
});
`;

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'wirebench-documented-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('the adapter of a chat app keeps what it says', async () => {
  const [, adapter = ''] =
    /^```js\n(\/\/ chat\.mjs\n.*?)^```$/ms.exec(readFileSync(join(root, 'docs/adapters.md'), 'utf8')) ?? [];
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  symlinkSync(root, join(modules, 'wirebench'));
  symlinkSync(dirname(createRequire(import.meta.url).resolve('ws/package.json')), join(modules, 'ws'));
  writeFileSync(join(folder, 'app.mjs'), APP);
  writeFileSync(join(folder, 'chat.mjs'), adapter);
  const outcomes = new Map<string, string>();
  const broken = [];
  for await (const { id, outcome } of verify(await readServer(pathToFileURL(join(folder, 'chat.mjs'))))) {
    outcomes.set(id, outcome.kind);
    if (outcome.kind === 'failed') broken.push({ id, outcome });
  }
  expect(broken).toEqual([]);
  const holds = [
    'poll-every-frame-once',
    'poll-cursor',
    'socket-every-frame-once',
    'socket-up',
    'ends-on-sigterm',
  ];
  expect(holds.map((id) => outcomes.get(id))).toEqual(holds.map(() => 'passed'));
});
