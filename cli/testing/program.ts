import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** The program, as npx runs it. */
const BIN = fileURLToPath(new URL('../bin.js', import.meta.url));

/** Where and under what the program runs. */
export interface Surroundings {
  readonly folder: string;
  /** What runs the program: a shell with a limit, a set of cores. */
  readonly under?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `wirebench` to its end; `said` is its standard output as one line. */
export async function wirebench(argv: readonly string[], { folder, under = [], env = {} }: Surroundings) {
  const [program = '', ...args] = [...under, process.execPath, BIN, ...argv];
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    const [out, err, [exit]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    return { exit, out, err, said: out.replaceAll(/\s+/g, ' ') };
  } finally {
    child.kill('SIGKILL');
  }
}
