import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleResults } from '../../reports/testing/example.ts';
import { main } from '../main.ts';
import { fakeIo } from '../testing/fake-io.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-compare-'));
  const feed = exampleResults(5);
  const live = { ...feed, trials: feed.trials.filter(({ scenario }) => scenario.name === 'live-feed') };
  const trials = live.trials.map((each) => ({ ...each, scenario: { ...each.scenario, connections: 7 } }));
  for (const [name, content] of Object.entries({ a: live, b: live, other: { ...live, trials } })) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'results.json'), JSON.stringify(content));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

async function wirebench(...argv: string[]) {
  const io = fakeIo({ cwd: folder });
  const exit = await main(argv, io);
  return { exit, out: io.out(), err: io.err().replaceAll(`${folder}/`, '') };
}

describe('compare', () => {
  it('compares folders and files', async () => {
    const { exit, out, err } = await wirebench('compare', 'a', 'b/results.json');
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toContain('a and b/results.json hold the same trials.');
  });

  it('ends with 23 where the scenario is another, and says so', async () => {
    const { exit, out } = await wirebench('compare', 'a', 'b', 'other');
    expect(exit).toBe(23);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      'SSE: not compared, the scenario is not the same: connections 100 → 7',
    );
  });

  it('takes the format from the ending of the file, and reads a report again', async () => {
    expect(await wirebench('report', 'a', '--format', 'html', '--output', 'a.html')).toMatchObject({
      exit: 0,
    });
    expect(await wirebench('compare', 'a.html', 'b', '-o', 'c.md')).toEqual({ exit: 0, out: '', err: '' });
    expect(readFileSync(join(folder, 'c.md'), 'utf8')).toMatch(/^## b against a\.html\n/);
    expect(await wirebench('compare', 'a', 'b', '--output', 'c.html')).toMatchObject({ exit: 0 });
    expect(await wirebench('compare', 'a', 'c.html')).toEqual({
      exit: 2,
      out: '',
      err: 'wirebench: c.html: holds no results; name a report.html that `wirebench run` or `report` wrote\n',
    });
  });

  it.each([
    [[], 'compare: Not enough non-option arguments: got 0, need at least 2'],
    [['a'], 'compare: Not enough non-option arguments: got 1, need at least 2'],
    [['a', 'gone'], 'gone/results.json: there is no such file; name the results.json in the folder of a run'],
    [['a', 'b', '--format', 'pdf'], 'compare: --format cannot be "pdf"; did you mean "text"?'],
  ])('refuses %j', async (words, message) => {
    expect(await wirebench('compare', ...words)).toMatchObject({
      exit: 2,
      out: '',
      err: expect.stringContaining(message.split(';', 1)[0] ?? ''),
    });
  });
});
