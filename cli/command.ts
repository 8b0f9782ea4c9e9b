import type { InferredOptionTypes, Options, PositionalOptions } from 'yargs';
import type { ExitCode } from './exit.ts';
import type { Rooms } from './rooms.ts';

/** A stream to write to. */
export interface Output {
  write(content: string | Uint8Array): unknown;
  readonly isTTY?: boolean;
  /** Width of the terminal, in characters. */
  readonly columns?: number;
}

/** Everything outside that a command may touch, so that a test can stand in for it. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How the program was called, for the results file. */
  readonly commandLine: readonly string[];
  /** Absolute folder that relative paths start from. */
  readonly cwd: string;
  /** From the first call on, Ctrl-C and SIGTERM abort this signal instead of ending the process. */
  readonly interruption: () => AbortSignal;
  readonly now: () => Date;
}

/** Options of a command by name; `as const`, so that their values get types. */
export type Flags = Readonly<Record<string, Options>>;

/** The values of a command's flags. */
export type ValuesOf<F extends Flags> = InferredOptionTypes<F>;

/** One command: what it is called and takes, as data, and what it does. */
export interface Command<F extends Flags = Flags> {
  /** Name and positional arguments as yargs has them: `run [scenario..]`. */
  readonly usage: string;
  /** One line for `--help`. */
  readonly summary: string;
  readonly positionals: Readonly<Record<string, PositionalOptions>>;
  readonly flags: F;
  /** Command lines and what they do, for `--help`. */
  readonly examples: readonly (readonly [commandLine: string, meaning: string])[];
  /** @throws errors whose exit code `exit.ts` knows. */
  run(values: ValuesOf<F>, words: readonly string[], io: Io, rooms: Rooms): Promise<ExitCode>;
}

/** Gives a command the types of its own flags. */
export function defineCommand<const F extends Flags>(command: Command<F>): Command<F> {
  return command;
}
