import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServerSpec } from '../contract.ts';
import { referenceServer } from '../reference/spec.ts';
import { serverOf } from '../server-module.ts';

/** A server that comes with the tool, under a name. */
export interface BuiltInServer {
  readonly name: string;
  /** What it is, in a few words. */
  readonly about: string;
  /** Why it cannot run here, with the remedy, in one line; `null` if it can. */
  missing(): Promise<string | null>;
  spec(): Promise<ServerSpec>;
}

/** Every server that `--server` knows by name. */
export const BUILT_IN_SERVERS: readonly BuiltInServer[] = [
  {
    name: 'reference',
    about: 'Node, node:http and ws: the yardstick',
    missing: async () => null,
    spec: async () => referenceServer(),
  },
  {
    name: 'nchan',
    about: 'nginx with the Nchan module, by its own protocol',
    async missing() {
      const { NCHAN_MODULE } = await import('./nchan/nginx-conf.ts');
      if (!onPath('nginx')) return 'needs nginx and its module Nchan: apt install nginx libnginx-mod-nchan';
      return canRead(NCHAN_MODULE)
        ? null
        : `needs Nchan at ${NCHAN_MODULE}: apt install libnginx-mod-nchan, or name it in NCHAN_MODULE`;
    },
    spec: async () => serverOf((await import('./nchan/adapter.ts')).default, here('./nchan/adapter.js')),
  },
  {
    name: 'python',
    about: 'Python, asyncio and nothing else',
    missing: async () => (onPath('python3') ? null : 'needs python3: apt install python3'),
    spec: async () => started('python', 'python3', here('./python/server.py')),
  },
  {
    name: 'fastify',
    about: 'Fastify with @fastify/websocket',
    missing: async () => missingPackage('fastify', '@fastify/websocket'),
    spec: async () => started('fastify', process.execPath, here('./fastify/main.js')),
  },
  {
    name: 'socket.io',
    about: 'Socket.IO, by Engine.IO: long-polling and WebSocket',
    missing: async () => missingPackage('socket.io'),
    spec: async () =>
      serverOf((await import('./socket-io/adapter.ts')).default, here('./socket-io/adapter.js')),
  },
];

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

function started(name: string, program: string, file: string): ServerSpec {
  return { name, command: [program, file], cwd: dirname(file), env: {} };
}

function onPath(program: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => canRead(join(folder, program), constants.X_OK));
}

function canRead(path: string, mode = constants.R_OK): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function missingPackage(...names: readonly string[]): string | null {
  const require = createRequire(import.meta.url);
  const missing = names.filter((name) => {
    try {
      require.resolve(name);
      return false;
    } catch {
      return true;
    }
  });
  return missing.length === 0 ? null : `needs ${missing.join(' and ')}: npm install ${missing.join(' ')}`;
}
