import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { killTree, type ProcessTree } from '../../../servers/trace.ts';
import type { Guard } from '../../processes/guard.ts';
import { readGroup } from '../../processes/os.ts';
import type { Done, Word } from './member.ts';

/** Connecting 10,000 takes about two seconds. */
const ANSWER_WITHIN_MS = 30_000;

/** A process that makes load, in a group of its own. */
export class GeneratorProcess {
  readonly #child: ChildProcess;
  readonly #tree: ProcessTree;
  readonly #guard: Guard;
  readonly #exited: Promise<unknown>;

  private constructor(child: ChildProcess, tree: ProcessTree, guard: Guard) {
    this.#child = child;
    this.#tree = tree;
    this.#guard = guard;
    this.#exited = once(child, 'exit');
    guard.hold(tree);
  }

  /** Starts one. */
  static async start(command: readonly string[], guard: Guard): Promise<GeneratorProcess> {
    const [program = '', ...parameters] = command;
    const child = spawn(program, parameters, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      detached: true,
    });
    await once(child, 'spawn');
    if (child.pid === undefined) throw new Error(`${program} has no process id`);
    return new GeneratorProcess(child, { kind: 'tree', pid: child.pid }, guard);
  }

  /** User and system time of all its threads so far, from the operating system. */
  async cpuUs(): Promise<number> {
    const use = await readGroup(this.#tree.pid);
    if (use === null) throw new Error('the generator ended, or there is no /proc: this bench needs Linux');
    return use.cpuUs;
  }

  /** Resolves when it says that its connections are there. */
  async ready(): Promise<void> {
    await this.#hear('ready');
  }

  /** Ends its connections; resolves with what it recorded. */
  async finish(): Promise<Done> {
    this.#child.send('finish');
    return await this.#hear('done');
  }

  /** Ends it at once. */
  async end(): Promise<void> {
    this.#guard.release(this.#tree);
    killTree(this.#tree);
    await this.#exited;
  }

  async #hear<K extends Word['kind']>(kind: K): Promise<Extract<Word, { kind: K }>> {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const gone = this.#exited.then(() => {
      throw new Error(`the generator ended before it was ${kind}`);
    });
    const [word] = (await Promise.race([once(this.#child, 'message', { signal }), gone])) as [Word];
    if (word.kind !== kind) throw new Error(`the generator said ${word.kind} instead of ${kind}`);
    return word as Extract<Word, { kind: K }>;
  }
}
