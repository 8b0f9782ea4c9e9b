import type { Io } from './command.ts';
import { EXIT } from './exit.ts';

/** This process as a command sees it. Also keeps a closed pipe (`wirebench list | head -1`) from being an error. */
export function processIo(): Io {
  for (const stream of [process.stdout, process.stderr]) tellWhenLost(stream);
  let controller: AbortController | undefined;
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    commandLine: ['wirebench', ...process.argv.slice(2)],
    cwd: process.cwd(),
    interruption: () => {
      controller ??= interruptible();
      return controller.signal;
    },
    now: () => new Date(),
  };
}

/** Output that cannot be written costs the exit code, but not the measuring: results.json is still wanted. */
function tellWhenLost(stream: NodeJS.WriteStream): void {
  let told = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A closed pipe only means that nobody reads any more.
    if (error.code === 'EPIPE' || told) return;
    told = true;
    if (stream === process.stdout) {
      process.stderr.write(`wirebench: cannot write to standard output: ${error.message}\n`);
    }
    process.once('exit', () => {
      process.exitCode = EXIT.internal;
    });
  });
}

/** The first SIGINT or SIGTERM asks; the second ends the process, and the guard ends its children. */
function interruptible(): AbortController {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(EXIT.interrupted);
      controller.abort();
    });
  }
  return controller;
}
