import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { killTree, type ProcessTree } from '../../../servers/trace.ts';
import type { Guard } from '../../processes/guard.ts';
import type { AnswersWord } from './answers-main.ts';

const ANSWER_WITHIN_MS = 10_000;

/** The process of `answers-main.ts`. */
export class Answers {
  readonly origin: URL;
  readonly #process: ChildProcess;
  readonly #tree: ProcessTree;
  readonly #guard: Guard;

  private constructor(child: ChildProcess, tree: ProcessTree, guard: Guard, port: number) {
    this.#process = child;
    this.#tree = tree;
    this.#guard = guard;
    this.origin = new URL(`http://127.0.0.1:${port}`);
  }

  /** Starts one that says what a server answers at a path; the answer has one frame, `frame`. */
  static async like(origin: URL, path: string, frame: Buffer, guard: Guard): Promise<Answers> {
    const answer = await rawAnswer(origin, path, frame);
    const main = new URL('./answers-main.js', import.meta.url);
    const parameters = [answer.toString('latin1'), String(answer.indexOf(frame))];
    const child = fork(main, parameters, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true });
    await once(child, 'spawn');
    if (child.pid === undefined) throw new Error('the answering process has no process id');
    const tree: ProcessTree = { kind: 'tree', pid: child.pid };
    guard.hold(tree);
    const word = await hear(child);
    if (!('port' in word)) throw new Error('the answering process did not say where it is');
    return new Answers(child, tree, guard, word.port);
  }

  /** How many requests it has answered. */
  async answered(): Promise<number> {
    this.#process.send('answered?');
    const word = await hear(this.#process);
    return 'answered' in word ? word.answered : Number.NaN;
  }

  /** Ends it. */
  async end(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#guard.release(this.#tree);
    killTree(this.#tree);
    await exited;
  }
}

async function hear(child: ChildProcess): Promise<AnswersWord> {
  const [word] = await once(child, 'message', { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  return word as AnswersWord;
}

/** One answer from its status line to the end of its body, which ends behind the frame as JSON does. */
async function rawAnswer({ hostname, port, host }: URL, path: string, frame: Buffer): Promise<Buffer> {
  const socket = connect(Number(port), hostname);
  socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error('no answer')));
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  let answer = Buffer.alloc(0);
  for await (const bytes of socket) {
    answer = Buffer.concat([answer, bytes]);
    if (answer.includes(frame) && answer.toString('latin1').endsWith('"]}')) return answer;
  }
  throw new Error(`no answer with the frame: ${answer.toString('latin1')}`);
}
