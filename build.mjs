// Compiles the sources to dist/ and bundles the scripts that every HTML report carries.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'rolldown';

process.chdir(import.meta.dirname);
rmSync('dist', { recursive: true, force: true });

const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
for (const project of ['.', 'reports/html/runtime']) {
  const tsc = spawnSync(process.execPath, [join(dirname(typescript), 'bin/tsc'), '-p', project], {
    stdio: 'inherit',
  });
  if (tsc.status !== 0) process.exit(tsc.status ?? 1);
}

// The server in another language is no source of TypeScript.
cpSync('servers/adapters/python/server.py', 'dist/servers/adapters/python/server.py');

// npx links to this file once and keeps the link: after a rebuild it must still be a program.
chmodSync('dist/cli/bin.js', 0o755);

for (const [script, entry] of [
  ['charts', 'main.ts'],
  ['runs', 'runs.ts'],
  ['theme', 'theme.ts'],
  ['unpack', 'unpack.ts'],
]) {
  await build({
    input: `reports/html/runtime/${entry}`,
    platform: 'browser',
    logLevel: 'warn',
    output: { file: `dist/reports/html/${script}.bundle.js`, format: 'iife', minify: true },
  });
}
