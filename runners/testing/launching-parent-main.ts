import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launch } from '../../servers/launch.ts';
import { startGuard } from '../processes/guard.ts';

/**
 * A process in the place of the coordinator: it starts a server that has a folder of its own and a worker that
 * has a session of its own and ignores SIGTERM, says who and where they are, and waits to be killed.
 */
const guard = await startGuard();
let folder = '';

/** The worker is there before the server is. */
const program = (port: number) => `
  const worker = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1e3); console.log('there')";
  const how = { detached: true, stdio: ['ignore', 'pipe', 'ignore'] };
  const child = require('node:child_process').spawn(process.execPath, ['-e', worker], how);
  child.stdout.once('data', () => {
    require('node:fs').writeFileSync('worker.pid', String(child.pid));
    require('node:net').createServer().listen(${port}, '127.0.0.1');
  });`;

const server = await launch(
  {
    name: 'placed',
    command: [process.execPath, 'server.cjs'],
    files(place) {
      ({ folder } = place);
      return { 'server.cjs': program(place.port) };
    },
    transports: ['sse'],
    tls: false,
  },
  { onTrace: guard.hold },
);
const worker = Number(await readFile(join(folder, 'worker.pid'), 'utf8'));
process.stdout.write(`${JSON.stringify({ folder, server: server.pid, worker })}\n`);
setInterval(() => {}, 60_000);
