import { fileURLToPath } from 'node:url';
import type { CommandServer } from '../../servers/contract.ts';

/** How a known server freezes. */
export interface Freeze {
  /** From its first message. */
  readonly afterMs: number;
  readonly forMs: number;
}

/** The server of known delay: `serviceMs` for each message, one after the other. */
export function knownServer(serviceMs: number, freeze?: Freeze): CommandServer {
  const main = fileURLToPath(new URL('./known-server-main.js', import.meta.url));
  const freezing = freeze === undefined ? [] : [String(freeze.afterMs), String(freeze.forMs)];
  return {
    name: freeze === undefined ? `known-${serviceMs}-ms` : 'known-frozen',
    command: [process.execPath, main, String(serviceMs), ...freezing],
    cwd: process.cwd(),
    env: {},
  };
}
