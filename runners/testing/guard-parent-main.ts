import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startGuard } from '../processes/guard.ts';

/**
 * A process in the place of the coordinator: it puts three children under guard, of which one
 * obeys SIGTERM, one ignores it and one is stopped, releases a fourth, says who they are, and
 * waits to be killed.
 */
const guard = await startGuard();
const groups: Record<string, number | undefined> = {};
for (const behaviour of ['obeys', 'stays', 'stopped', 'released']) {
  const main = fileURLToPath(new URL('./child-main.js', import.meta.url));
  const child = spawn(process.execPath, [main], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...process.env, WIREBENCH_TEST_CHILD: behaviour === 'obeys' ? 'sleeps' : 'stays' },
  });
  await once(child, 'message');
  groups[behaviour] = child.pid;
  if (child.pid === undefined) throw new Error('no process id');
  guard.hold({ kind: 'tree', pid: child.pid });
  if (behaviour === 'stopped') child.kill('SIGSTOP');
  if (behaviour === 'released') guard.release({ kind: 'tree', pid: child.pid });
}
if (process.argv[2] === 'closes') await guard.close();
process.stdout.write(`${JSON.stringify(groups)}\n`);
setInterval(() => {}, 60_000);
