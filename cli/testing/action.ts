import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** The root of the repository, where `action.yml` and `dist/` are. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What is used of an action file. */
export interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

interface Step {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly shell: string;
  readonly run: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
}

/** The action of this repository. */
export const ACTION: Action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8'));

/** What a run of the action came to. */
export interface Ran {
  readonly code: number | null;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/**
 * Runs the steps of the action as GitHub's runner does: one bash each, expressions filled into `env` and
 * `working-directory`, outputs read from a file, and no step after one that failed.
 *
 * @param folder the workspace.
 * @param env what else the runner's environment has.
 */
export async function runAction(
  folder: string,
  given: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  const temporary = join(folder, 'runner');
  mkdirSync(temporary, { recursive: true });
  const summary = join(temporary, 'summary.md');
  const values = new Map<string, string>([['github.token', 'a-token']]);
  for (const [name, { default: fallback }] of Object.entries(ACTION.inputs)) {
    values.set(`inputs.${name}`, given[name] ?? filled(fallback, values));
  }
  writeFileSync(summary, '');
  let code: number | null = 0;
  let log = '';
  for (const step of ACTION.runs.steps) {
    if (step.if !== undefined && !holds(step.if, values)) continue;
    const output = join(temporary, 'output');
    writeFileSync(output, '');
    const own = Object.entries(step.env ?? {}).map(([name, value]) => [name, filled(value, values)]);
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], {
      cwd: resolve(folder, filled(step['working-directory'] ?? '.', values)),
      env: {
        ...process.env,
        GITHUB_ACTIONS: 'true',
        GITHUB_ACTION_PATH: ROOT,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_REPOSITORY: 'some/one',
        GITHUB_REF: 'refs/heads/main',
        RUNNER_TEMP: temporary,
        ...env,
        ...Object.fromEntries(own),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    code = child.exitCode;
    log += out + err;
    if (code !== 0) break;
    for (const line of readFileSync(output, 'utf8').split('\n')) {
      const [, name, value = ''] = /^([\w-]+)=(.*)$/.exec(line) ?? [];
      if (name !== undefined) values.set(`steps.${step.id}.outputs.${name}`, value);
    }
  }
  const outputs = Object.entries(ACTION.outputs).map(([name, { value }]) => [name, filled(value, values)]);
  return { code, log, outputs: Object.fromEntries(outputs), summary: readFileSync(summary, 'utf8') };
}

/** With its expressions replaced; what was never set is empty, as it is for the runner. */
function filled(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\{\{ ([\w.-]+) \}\}/g, (_, name: string) => values.get(name) ?? '');
}

/** The one kind of condition that the action has. */
function holds(condition: string, values: ReadonlyMap<string, string>): boolean {
  const [, name, value] = /^([\w.-]+) == '(\w+)'$/.exec(condition) ?? [];
  if (name === undefined) throw new Error(`a condition of another kind: ${condition}`);
  return values.get(name) === value;
}
