import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCheck } from './check-process.ts';

/**
 * The gate against a server that is really slower: the reference server, computing for some
 * microseconds before each delivery, against the reference server.
 *
 *     node dist/cli/bench/slower-server.bench.js MICROSECONDS SEED
 */
const [us = '8', seed = '1'] = process.argv.slice(2, 4);

const folder = mkdtempSync(join(tmpdir(), 'wirebench-slower-'));
try {
  const main = fileURLToPath(new URL('../../servers/testing/worse-server-main.js', import.meta.url));
  const server = join(folder, 'slower.json');
  writeFileSync(server, JSON.stringify({ name: 'slower', command: [process.execPath, main, 'slower', us] }));
  const { exit, verdict, sentences } = await runCheck([
    ...['--base-server', 'reference', '--server', server, '--transports', 'websocket', '--seed', seed],
    ...['--out', join(folder, 'out')],
  ]);
  console.log(
    `${us} µs more for each delivery: ${verdict.answer} after ${verdict.blocks} blocks, exit ${exit}`,
  );
  for (const line of [...verdict.problems, ...sentences]) console.log(line);
} finally {
  rmSync(folder, { recursive: true });
}
