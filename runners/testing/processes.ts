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

/**
 * The processes of this compiled tree that run and are this process's own, or nobody's any more: servers,
 * workers, publishers, guards, stand-ins. Test files beside this one have theirs.
 */
export function leftOver(): SeenProcess[] {
  const tree = fileURLToPath(new URL('../../', import.meta.url));
  const all = runningProcesses();
  const byPid = new Map(all.map((seen) => [seen.pid, seen]));
  const isOurs = ({ pid, parent, command }: SeenProcess): boolean => {
    if (pid === process.pid) return true;
    const above = byPid.get(parent);
    return !command.includes('vitest') && (above === undefined || isOurs(above));
  };
  return all.filter((seen) => seen.command.includes(tree) && /main\.js\b/.test(seen.command) && isOurs(seen));
}

/** Whether any process of a group runs. */
export function groupRuns(group: number): boolean {
  return runningProcesses().some((seen) => seen.group === group);
}
