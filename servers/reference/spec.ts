import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandServer } from '../contract.ts';

/** The reference server as the harness starts it: this Node, in a process of its own. */
export function referenceServer(): CommandServer {
  const main = fileURLToPath(new URL('./main.js', import.meta.url));
  return { name: 'reference', command: [process.execPath, main], cwd: dirname(main), env: {} };
}
