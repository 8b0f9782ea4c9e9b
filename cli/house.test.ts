import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importsOf, loadedBy, problemsOf, ROOMS_AND_DOOR, type Sources } from './testing/house.ts';

/** The sources, not the compiled tree that this test runs in: types leave no trace there. */
const ROOT = new URL('../../', import.meta.url);

function readSources(): Sources {
  const paths = ROOMS_AND_DOOR.filter((room) => !room.includes('/')).flatMap((room) => {
    const place = new URL(room, ROOT);
    if (statSync(place).isFile()) return [room];
    return readdirSync(place, { recursive: true, encoding: 'utf8' }).map((file) => `${room}/${file}`);
  });
  const sources = paths.filter((path) => path.endsWith('.ts'));
  return new Map(sources.map((path) => [path, readFileSync(new URL(path, ROOT), 'utf8')]));
}

describe('the house', () => {
  const sources = readSources();

  it('is found', () => {
    expect([...sources.keys()]).toEqual(
      expect.arrayContaining(['index.ts', 'cli/house.test.ts', 'servers/contract.ts']),
    );
  });

  it('keeps its rules', () => {
    expect(problemsOf(sources)).toEqual([]);
  });

  const packagesOf = (entry: string) =>
    [...loadedBy(entry, importsOf(sources))].filter((name) => !/\.ts$|^node:/.test(name)).sort();

  it('opens the door without waking the rooms: --help loads no schema library and no charts', () => {
    expect(packagesOf('cli/bin.ts')).toEqual(['fastest-levenshtein', 'yargs']);
  });

  it('has its processes ready soon: every trial starts them anew, and they load what they measure with alone', () => {
    for (const entry of ['generator/worker-main', 'generator/publisher-main']) {
      expect(packagesOf(`runners/${entry}.ts`)).toEqual(['hdr-histogram-js', 'tinyqueue']);
    }
    expect(packagesOf('servers/reference/main.ts')).toEqual(['ws']);
  });
});

describe('the checker', () => {
  const check = (files: Record<string, string>) => problemsOf(new Map(Object.entries(files)));

  it('lets pass what the table allows', () => {
    expect(
      check({
        'index.ts': "export { main } from './cli/main.ts';",
        'cli/main.ts': "const { run } = await import('../runners/run.ts'); import yargs from 'yargs';",
        'runners/run.ts':
          "import type { Results } from '../reports/results/schema.ts'; import '../servers/launch.ts';",
        'reports/results/schema.ts':
          "import '../../scenarios/schema.ts'; import '../../servers/contract.ts';",
        'scenarios/schema.ts': "import '../servers/contract.ts';",
        'reports/report.ts': "import './results/read.ts';",
        'reports/report.test.ts': "import './testing/sample.ts';",
        'reports/testing/sample.ts': '',
      }),
    ).toEqual([]);
  });

  it.each([
    ['an import', { 'servers/a.ts': "import '../scenarios/b.ts';" }],
    ['a type import', { 'servers/a.ts': "import type { B } from '../scenarios/b.ts';" }],
    ['a lazy import', { 'servers/a.ts': "await import('../scenarios/b.ts');" }],
    ['an import type', { 'servers/a.ts': "type B = typeof import('../scenarios/b.ts');" }],
    ['an export', { 'servers/a.ts': "export { b } from '../scenarios/b.ts';" }],
    ['an export of everything', { 'servers/a.ts': "export * from '../scenarios/b.ts';" }],
  ])('finds a forbidden arrow in %s', (_, files) => {
    expect(check(files)).toEqual(['servers/a.ts may not import scenarios/b.ts: servers may import nothing']);
  });

  it.each([
    ['scenarios/a.ts', '../servers/launch.ts', 'scenarios may import servers/contract.ts'],
    [
      'reports/a.ts',
      '../runners/run.ts',
      'reports may import reports/results, scenarios, servers/contract.ts',
    ],
    ['reports/results/a.ts', '../report.ts', 'reports/results may import scenarios, servers/contract.ts'],
    ['runners/a.ts', '../reports/report.ts', 'runners may import servers, scenarios, reports/results'],
    ['runners/a.ts', '../cli/main.ts', 'runners may import servers, scenarios, reports/results'],
    ['runners/a.ts', '../index.ts', 'runners may import servers, scenarios, reports/results'],
  ])('finds %s importing %s', (from, to, reason) => {
    expect(check({ [from]: `import '${to}';` })).toEqual([expect.stringContaining(reason)]);
  });

  it('finds a file that ships and imports one that does not', () => {
    expect(check({ 'cli/main.ts': "import './testing/fake.ts';" })).toEqual([
      'cli/main.ts ships, and imports cli/testing/fake.ts, which does not',
    ]);
  });

  it('finds a cycle, types included', () => {
    expect(
      check({
        'cli/a.ts': "import './b.ts';",
        'cli/b.ts': "import type { C } from './c.ts';",
        'cli/c.ts': "import './b.ts';",
      }),
    ).toEqual(['a cycle: cli/b.ts → cli/c.ts → cli/b.ts']);
  });

  it('finds a file that is too long, unless it is a test', () => {
    const long = 'let x;\n'.repeat(251);
    expect(check({ 'cli/a.ts': long, 'cli/a.test.ts': long, 'cli/b.ts': 'let x;\n'.repeat(250) })).toEqual([
      'cli/a.ts has 251 lines; at most 250',
    ]);
  });

  it('finds a name that says nothing', () => {
    expect(check({ 'runners/utils.ts': '', 'reports/types.ts': '' })).toHaveLength(2);
  });

  it('does not take a comment or a string for an import', () => {
    expect(
      check({ 'servers/a.ts': "// import '../cli/main.ts'\nconst s = \"import('../cli/main.ts')\";" }),
    ).toEqual([]);
  });
});
