import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readServerFile, ServerFileError } from './server-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-server-file-'));
  await mkdir(join(folder, 'app'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: unknown): Promise<unknown> {
  const file = join(folder, 'server.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return await readServerFile(file);
}

test('a command is complete after reading, its folder relative to the file', async () => {
  expect(await read({ name: 'mine', command: ['python3', 'server.py'] })).toEqual({
    name: 'mine',
    command: ['python3', 'server.py'],
    cwd: folder,
    env: {},
  });
  expect(await read({ name: 'mine', command: ['x'], cwd: 'app', env: { X: '1' } })).toMatchObject({
    cwd: join(folder, 'app'),
    env: { X: '1' },
  });
});

test('a byte order mark is no part of a file', async () => {
  expect(await read('\ufeff{"name":"mine","command":["x"]}')).toMatchObject({ name: 'mine' });
});

test('a URL becomes an origin, its transports come in their usual order', async () => {
  expect(
    await read({
      name: 'there',
      url: 'http://127.0.0.1:8080/',
      transports: ['websocket', 'polling', 'polling'],
    }),
  ).toEqual({ name: 'there', url: 'http://127.0.0.1:8080', transports: ['polling', 'websocket'] });
});

const url = 'http://127.0.0.1:8080';
test.each([
  ['{"name"', 'not-json', null, 'is not JSON'],
  [[], 'invalid', null, 'one object'],
  [{ name: 'x' }, 'invalid', 'command', 'is missing'],
  [{ command: ['x'] }, 'invalid', 'name', 'is missing'],
  [{ name: 'x', command: [] }, 'invalid', 'command[0]', 'must name a program'],
  [{ name: 'x', command: ['x', 1] }, 'invalid', 'command[1]', 'string'],
  [{ name: 'x', command: ['x'], env: { X: 1 } }, 'invalid', 'env.X', 'string'],
  [{ name: 'x', command: ['x'], cwd: 'nowhere' }, 'invalid', 'cwd', 'not a folder'],
  [{ name: 'x', comand: ['x'] }, 'invalid', 'comand', 'did you mean "command"'],
  [{ name: 'x', url, transport: ['sse'] }, 'invalid', 'transport', 'did you mean "transports"'],
  [{ name: 'x', url, command: ['x'] }, 'invalid', 'url', 'excludes "command"'],
  [{ name: 'x', url: `${url}/api`, transports: ['sse'] }, 'invalid', 'url', 'origin'],
  [{ name: 'x', url: 'ws://127.0.0.1', transports: ['sse'] }, 'invalid', 'url', 'origin'],
  [{ name: 'x', url, transports: ['smtp'] }, 'invalid', 'transports[0]', 'must be one of polling'],
  [{ name: 'x', url, transports: [] }, 'invalid', 'transports', 'at least one'],
  [{ name: 'two\nlines', command: ['x'] }, 'invalid', 'name', 'printable'],
])('%j is refused', async (content, code, field, message) => {
  const error = await read(content).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(ServerFileError);
  expect(error).toMatchObject({ code, field, message: expect.stringContaining(message) });
  expect(String(error)).toContain(join(folder, 'server.json'));
});

test('a file that is not there is unreadable', async () => {
  await expect(readServerFile(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'unreadable' });
});
