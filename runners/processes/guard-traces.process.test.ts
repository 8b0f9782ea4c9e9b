import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { groupRuns } from '../testing/processes.ts';

const MAIN = fileURLToPath(new URL('../testing/launching-parent-main.js', import.meta.url));

it('a killed coordinator leaves neither the folder of a server nor a worker in a session of its own', async () => {
  const parent = spawn(process.execPath, [MAIN], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(parent.stdout, 'data');
  const { folder, server, worker } = JSON.parse(String(line));
  // Both lead their groups.
  expect([existsSync(folder), groupRuns(server), groupRuns(worker)]).toEqual([true, true, true]);
  parent.kill('SIGKILL');
  await expect
    .poll(() => [existsSync(folder), groupRuns(server), groupRuns(worker)], { timeout: 5_000 })
    .toEqual([false, false, false]);
});
