import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { GateResult } from '../../reports/gate/decide.ts';
import type { Gate } from '../../reports/gate/gate.ts';
import type { Verdict } from '../../reports/gate/verdict.ts';
import { gateSentence } from '../../reports/gate/words.ts';

const BIN = fileURLToPath(new URL('../bin.js', import.meta.url));

/** What a check, as people run it, ended with. */
export interface EndedCheck {
  readonly exit: number | null;
  readonly verdict: Pick<Verdict, 'answer' | 'blocks' | 'problems' | 'repeated'>;
  /** What it said of each gate. */
  readonly sentences: readonly string[];
}

/** Runs `wirebench check` in a process of its own and reads its verdict. */
export async function runCheck(argv: readonly string[]): Promise<EndedCheck> {
  const child = spawn(process.execPath, [BIN, 'check', '--json', '--quiet', ...argv], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const { gates, ...verdict } = JSON.parse(output);
  return { exit: child.exitCode, verdict, sentences: gates.map(gateOf).map(gateSentence) };
}

/** In the JSON, what a gate asks stands beside what came of it. */
function gateOf({ scenario, transport, metric, relation, limit, ...result }: Gate & GateResult): GateResult {
  return { ...result, gate: { scenario, transport, metric, relation, limit } };
}
