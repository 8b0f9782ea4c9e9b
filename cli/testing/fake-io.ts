import type { Io } from '../command.ts';

/** An {@link Io} that keeps what is written and whose clock stands still. */
export interface FakeIo extends Io {
  /** Everything written so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** Ctrl-C. */
  readonly interrupt: () => void;
}

/** What a test wants otherwise than by default. */
export interface FakeIoOptions {
  readonly cwd?: string;
  readonly env?: Io['env'];
  /** stderr is a terminal of this many columns. */
  readonly columns?: number;
  readonly now?: () => Date;
}

/** @see FakeIo */
export function fakeIo({ cwd = '/nowhere', env = {}, columns, now }: FakeIoOptions = {}): FakeIo {
  const out: string[] = [];
  const err: string[] = [];
  const controller = new AbortController();
  return {
    stdout: { write: (content) => out.push(textOf(content)) },
    stderr: {
      write: (content) => err.push(textOf(content)),
      ...(columns === undefined ? {} : { isTTY: true, columns }),
    },
    env,
    cwd,
    commandLine: ['wirebench', 'test'],
    interruption: () => controller.signal,
    now: now ?? (() => new Date('2026-01-31T09:30:00.500Z')),
    out: () => out.join(''),
    err: () => err.join(''),
    interrupt: () => controller.abort(),
  };
}

function textOf(content: string | Uint8Array): string {
  return typeof content === 'string' ? content : new TextDecoder().decode(content);
}
