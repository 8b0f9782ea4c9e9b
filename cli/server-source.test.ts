import { describe, expect, it } from 'vitest';
import type { ServerSpec } from '../servers/contract.ts';
import { ROOMS } from './rooms.ts';
import { isLoopback, loadServers } from './server-source.ts';

const reference: ServerSpec = { name: 'reference', command: ['node'], cwd: '/', env: {} };
const rooms = {
  ...ROOMS,
  builtInServers: async () => [
    { name: 'reference', about: '', missing: async () => null, spec: async () => reference },
    {
      name: 'absent',
      about: '',
      missing: async () => 'needs absent: apt install absent',
      spec: async () => reference,
    },
  ],
  readServerFile: async (path: string): Promise<ServerSpec> =>
    path.includes('remote')
      ? { name: 'remote', url: 'http://192.0.2.1:80', transports: ['sse'] }
      : { name: path, command: ['x'], cwd: '/', env: {} },
};

const load = (words: string[], allowRemote = false) =>
  loadServers({ words, transports: ['sse'], allowRemote, insecureTls: false, cwd: '/home' }, rooms);

describe('loadServers', () => {
  it('takes the reference server, server files relative to the folder, and origins', async () => {
    const words = [
      'reference',
      'mine.json',
      'http://127.0.0.1:8080/',
      'http://[::1]:1',
      'https://localhost:443',
    ];
    expect(await load(words)).toEqual([
      reference,
      { name: '/home/mine.json', command: ['x'], cwd: '/', env: {} },
      { name: '127.0.0.1:8080', url: 'http://127.0.0.1:8080', transports: ['sse'] },
      { name: '[::1]:1', url: 'http://[::1]:1', transports: ['sse'] },
      { name: 'localhost', url: 'https://localhost', transports: ['sse'] },
    ]);
  });

  it.each([
    [
      ['nginx'],
      '--server nginx: there is no such server; use one of reference, absent, a file ending in .json, .js, .mjs or .ts, or an origin',
    ],
    [['absent'], '--server absent: needs absent: apt install absent'],
    [['gone.mjs'], 'gone.mjs: there is no such file'],
    [
      ['http://127.0.0.1:99999'],
      '--server http://127.0.0.1:99999: is not a URL such as http://127.0.0.1:8080',
    ],
    [
      ['http://127.0.0.1:80/api'],
      "--server http://127.0.0.1:80/api: the contract's routes begin at the root",
    ],
    [['reference', 'reference'], '--server reference: there is already a server named "reference"'],
    [
      ['http://192.0.2.1:80'],
      'http://192.0.2.1 is not on this machine, and a benchmark is a load that its owner must have agreed to; add --allow-remote',
    ],
    [['remote.json'], '--server remote.json: http://192.0.2.1:80 is not on this machine'],
  ])('refuses %j', async (words, message) => {
    await expect(load(words)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(message),
    });
  });

  it('takes another machine where that is allowed', async () => {
    expect(await load(['remote.json', 'http://example.org'], true)).toHaveLength(2);
  });
});

describe('isLoopback', () => {
  it.each(['localhost', 'a.localhost', '127.0.0.1', '127.255.0.9', '[::1]', '::1'])('%s is', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(['128.0.0.1', '0.0.0.0', '10.0.0.1', '[::2]', 'localhost.example.org', '127.0.0.1.example.org'])(
    '%s is not',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});
