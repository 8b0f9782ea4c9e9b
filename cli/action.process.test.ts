import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMENT_MARKER } from '../reports/gate/render/markdown.ts';
import { completed, measurements, NO_BYTES, results, trial } from '../reports/testing/results.ts';
import { ACTION, runAction } from './testing/action.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-action-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('action.yml', () => {
  it('puts no expression into a script', () => {
    expect(ACTION.runs.using).toBe('composite');
    expect(ACTION.runs.steps.length).toBeGreaterThan(2);
    for (const { name, run, shell } of ACTION.runs.steps) {
      expect([name, shell, run]).toEqual([name, 'bash', expect.not.stringContaining('${{')]);
    }
  });

  it('looks for the line that a verdict begins with', () => {
    const comment = ACTION.runs.steps.find(({ name }) => name === 'Comment');
    expect(comment?.env?.['MARKER']).toBe(COMMENT_MARKER);
  });
});

// A stall of the machine makes a trial invalid, and then there is no verdict.
describe('the action, for real', { retry: 2 }, () => {
  it('measures what inputs and config say', async () => {
    const config = {
      connections: 10,
      duration: '500ms',
      seed: 1,
      check: { gates: ['bytes.perMessage <= +1%'] },
    };
    writeFileSync(join(folder, 'tiny.json'), JSON.stringify(config));
    const { code, log, outputs, summary } = await runAction(folder, {
      'base-server': 'reference',
      server: 'reference',
      transports: 'sse',
      config: 'tiny.json',
    });
    expect([code, log]).toEqual([0, expect.stringContaining('::notice title=wirebench check::pass')]);
    expect(outputs).toMatchObject({ answer: 'pass', 'exit-code': '0' });
    expect(summary).toContain('## wirebench check: pass');
    expect(readFileSync(outputs['markdown'] ?? '', 'utf8')).toBe(summary);
    expect(readFileSync(outputs['junit'] ?? '', 'utf8')).toContain('<testsuites name="wirebench check"');
    expect(existsSync(join(outputs['folder'] ?? '', 'report.html'))).toBe(true);
  });
});

/** Two saved runs, the second heavier: what they come to is certain, and nothing is measured. */
function saved(): Readonly<Record<string, string>> {
  for (const [name, bytes] of [['base.json', 212] as const, ['new.json', 223] as const]) {
    const empty = measurements();
    const outcome = completed({
      ...empty,
      messages: { ...empty.messages, expected: 100, received: 100 },
      bytes: { up: NO_BYTES, down: { ...NO_BYTES, payload: bytes * 100 } },
    });
    const trials = [0, 1, 2].map((block) => trial({ transport: 'sse', block, order: block, outcome }));
    writeFileSync(join(folder, name), JSON.stringify(results(trials)));
  }
  return { args: 'base.json\nnew.json\n--gate=bytes.perMessage <= +1%\n' };
}

/** A `gh` that writes down how it was called, and answers a list of comments with these ids. */
function fakeGh(ids: string, exit = 0): NodeJS.ProcessEnv {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'gh'),
    `#!/bin/bash\necho "$GH_TOKEN $*" >> "${join(folder, 'calls')}"\n[[ $* != *--paginate* ]] || printf '${ids}'\nexit ${exit}\n`,
  );
  chmodSync(join(bin, 'gh'), 0o755);
  return { PATH: `${bin}:${process.env['PATH']}`, GITHUB_REF: 'refs/pull/12/merge' };
}

const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');

describe('the action, after the check', () => {
  it('ends with what it ended with, and takes an argument for what it is', async () => {
    const hostile = '--out=$(touch pwned)`touch pwned`';
    const { code, outputs } = await runAction(folder, saved());
    expect([code, outputs['answer'], outputs['exit-code']]).toEqual([20, 'regressed', '20']);
    const refused = await runAction(folder, { args: '--no-such-flag', server: hostile });
    expect([refused.code, refused.outputs]).toEqual([
      2,
      expect.objectContaining({ answer: 'none', junit: '', markdown: '' }),
    ]);
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  it('comments only when asked', async () => {
    await runAction(folder, saved(), fakeGh(''));
    expect(existsSync(join(folder, 'calls'))).toBe(false);
  });

  it.each([
    ['writes the comment where there is none', '', '--method POST repos/some/one/issues/12/comments'],
    ['replaces its own', '34\\n56\\n', '--method PATCH repos/some/one/issues/comments/34'],
  ])('%s', async (_, ids, call) => {
    const { code, outputs } = await runAction(folder, { ...saved(), comment: 'true' }, fakeGh(ids));
    expect(code).toBe(20);
    const [listed, written, ...more] = calls();
    expect(listed).toContain('a-token api --paginate repos/some/one/issues/12/comments --jq .[]');
    expect(written).toBe(`a-token api --silent ${call} --field body=@${outputs['markdown']}`);
    expect(more).toEqual([]);
  });

  it('replaces a verdict by the word that there is none', async () => {
    const inputs = { args: 'nowhere.json\nnew.json', comment: 'true' };
    const { code } = await runAction(folder, inputs, fakeGh('34'));
    const [, file = ''] = /body=@(.*)$/.exec(calls().at(-1) ?? '') ?? [];
    expect(readFileSync(file, 'utf8')).toBe(
      `${COMMENT_MARKER}\n## wirebench check: no verdict\n\nIt ended with ${code}; its log has the reason.\n`,
    );
  });

  it('keeps its verdict where the comment cannot be written, or there is no pull request', async () => {
    const inputs = { ...saved(), comment: 'true' };
    const env = fakeGh('', 1);
    const refused = await runAction(folder, inputs, env);
    expect([refused.code, refused.log]).toEqual([20, expect.stringContaining('could not be written')]);
    const pushed = await runAction(folder, inputs, { ...env, GITHUB_REF: 'refs/heads/main' });
    expect([pushed.code, pushed.log]).toEqual([20, expect.stringContaining('this is no pull request')]);
    expect(calls()).toHaveLength(1);
  });
});
