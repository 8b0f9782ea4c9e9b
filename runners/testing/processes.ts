import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One line of `/proc`. */
export interface SeenProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Program and arguments. */
  readonly command: string;
}

/** All processes that run; one that has ended and is not yet taken note of does not. */
export function runningProcesses(): SeenProcess[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(Number.isInteger)
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (state === 'Z' || state === 'X') return [];
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return [{ pid, parent: Number(parent), group: Number(group), command }];
      } catch {
        // It has ended between two looks.
        return [];
      }
    });
}

/** The children of this process whose command has `part` in it. */
export function childrenOf(parent: number, part = ''): SeenProcess[] {
  return runningProcesses().filter((seen) => seen.parent === parent && seen.command.includes(part));
}

/** The processes of this compiled tree that run: servers, workers, publishers, guards, stand-ins, orphans too. */
export function leftOver(): SeenProcess[] {
  const tree = fileURLToPath(new URL('../../', import.meta.url));
  return runningProcesses().filter(
    ({ command }) => command.includes(tree) && /main\.js\b/.test(command) && !command.includes('vitest'),
  );
}

/** Whether any process of a group runs. */
export function groupRuns(group: number): boolean {
  return runningProcesses().some((seen) => seen.group === group);
}
