import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readServerFile } from '../../servers/server-file.ts';
import { INIT_FILES } from '../init/files.ts';
import { main } from '../main.ts';
import { ACTION } from '../testing/action.ts';
import { fakeIo } from '../testing/fake-io.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-init-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function call(...argv: string[]) {
  const io = fakeIo({ cwd: folder });
  const exit = await main(argv, io);
  return { exit, out: io.out(), err: io.err() };
}

describe('init, in an empty folder', () => {
  it('writes what the other commands take', async () => {
    expect(await call('init')).toMatchObject({ exit: 0, err: '' });
    const printed = await call('config', '--print');
    expect(printed.out).toContain('wirebench.config.mjs (check.baseRef)');
    const plan = await call('run', '--dry-run');
    expect(plan).toMatchObject({ exit: 0, err: '' });
    expect(plan.out).toContain('12 trials, at most ');
    expect(await call('check', '--dry-run')).toMatchObject({ exit: 0, err: '' });
    expect(await readServerFile(join(folder, 'server.json'))).toMatchObject({ name: 'mine' });
  });

  it('writes the workflow that docs/ci.md shows, with inputs that the action has', async () => {
    await call('init');
    const workflow = readFileSync(join(folder, '.github/workflows/wirebench.yml'), 'utf8');
    const docs = readFileSync(new URL('../../../docs/ci.md', import.meta.url), 'utf8');
    expect(/^```yaml\n(.*?)^```$/ms.exec(docs)?.[1]).toBe(workflow);
    const [, inputs = ''] = /id: wirebench\n +with:\n(.*?)\n +- /s.exec(workflow) ?? [];
    const names = inputs.split('\n').map((line) => line.trim().split(':')[0] ?? '');
    expect(names).toEqual(['base-ref', 'comment']);
    for (const name of names) expect(Object.keys(ACTION.inputs)).toContain(name);
    // A script would run what a branch's name says.
    for (const line of workflow.split('\n').filter((each) => each.includes('run:')))
      expect(line).not.toContain('${{');
  });

  it('checks what is made for checks, and not what run measures', async () => {
    await call('init');
    expect((await call('check', '--dry-run')).out).toContain('steady · sse · baseline');
  });
});

describe('init, where something is', () => {
  it('replaces no file unless told to', async () => {
    writeFileSync(join(folder, 'server.json'), 'mine');
    expect((await call('init')).out).toContain('left as it is: server.json (--force replaces it)\n');
    expect(readFileSync(join(folder, 'server.json'), 'utf8')).toBe('mine');
    expect((await call('init', '--force')).out).toContain('replaced: server.json\n');
    expect(readFileSync(join(folder, 'server.json'), 'utf8')).toBe(INIT_FILES['server.json']);
  });

  it('never makes a second config file', async () => {
    writeFileSync(join(folder, 'wirebench.config.json'), '{}');
    expect((await call('init', '--force')).out).toContain(
      'not written: wirebench.config.mjs, since wirebench.config.json is the config file here\n',
    );
    expect(readdirSync(folder)).not.toContain('wirebench.config.mjs');
  });
});
