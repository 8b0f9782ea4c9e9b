import { expect, test } from 'vitest';
import type { Dialect } from './dialect.ts';
import { ServerFileError } from './server-file.ts';
import { serverOf } from './server-module.ts';

const FILE = '/home/mine.mjs';
const speaks: Dialect = {
  publish: { path: (channel) => `/publish/${channel}` },
  sse: { path: (channel) => `/stream/${channel}`, subscribedBy: 'head', beginning: '', resumes: false },
};

test('a command is started in its folder, relative to the module, and has its adapter where it has a dialect', () => {
  expect(serverOf({ name: 'mine', command: ['x'], cwd: 'app', speaks }, FILE)).toEqual({
    name: 'mine',
    command: ['x'],
    cwd: '/home/app',
    env: {},
    adapter: 'file:///home/mine.mjs',
  });
  expect(serverOf({ name: 'mine', command: ['x'] }, FILE)).not.toHaveProperty('adapter');
});

test('a server with files has the transports that its dialect has words for', () => {
  const files = () => ({ 'a.conf': '' });
  expect(serverOf({ name: 'mine', command: ['x'], files, speaks }, FILE)).toMatchObject({
    files,
    tls: false,
    transports: ['sse'],
  });
});

test('a running server has those of its transports that there are words for', () => {
  const url = 'http://127.0.0.1:8080';
  const transports = ['websocket', 'sse'];
  expect(serverOf({ name: 'mine', url, transports, speaks }, FILE)).toMatchObject({
    url,
    transports: ['sse'],
  });
  expect(serverOf({ name: 'mine', url }, FILE)).toMatchObject({
    transports: ['polling', 'long-polling', 'sse', 'websocket'],
  });
});

const mine = { name: 'mine', command: ['x'] };
test.each([
  ['nothing', undefined, null, 'must export one object by default'],
  ['neither command nor url', { name: 'mine' }, 'command', 'is missing'],
  ['both', { ...mine, url: 'http://127.0.0.1' }, 'url', 'excludes "command"'],
  ['a path', { name: 'mine', url: 'http://127.0.0.1/api' }, 'url', 'without a path'],
  ['an unknown key', { ...mine, speeks: {} }, 'speeks', 'did you mean "speaks"'],
  ['no way to publish', { ...mine, speaks: { sse: speaks.sse } }, 'speaks.publish', 'is missing'],
  ['no transport', { ...mine, speaks: { publish: speaks.publish } }, 'speaks', 'at least one of polling'],
  [
    'a misspelt word',
    { ...mine, speaks: { ...speaks, sse: { ...speaks.sse, heer: () => {} } } },
    'speaks.sse.heer',
    'did you mean "hear"',
  ],
  [
    'a path that is no function',
    { ...mine, speaks: { ...speaks, sse: { ...speaks.sse, path: '/events' } } },
    'speaks.sse.path',
    'must be a function',
  ],
  [
    'silence about resuming',
    { ...mine, speaks: { ...speaks, websocket: { path: () => '/' } } },
    'speaks.websocket.resumes',
    'is missing',
  ],
])('%s is refused', (_, value, field, message) => {
  let error: unknown;
  try {
    serverOf(value, FILE);
  } catch (cause) {
    error = cause;
  }
  expect(error).toBeInstanceOf(ServerFileError);
  expect(error).toMatchObject({ code: 'invalid', field, message: expect.stringContaining(message) });
});
