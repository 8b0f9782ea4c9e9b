import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadScenarios } from './scenario-source.ts';

let folder = '';
const scenario = (name: string) => ({ name, question: 'q', workload: { kind: 'idle' }, connections: 1 });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-scenarios-'));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('good.json', JSON.stringify(scenario('good')));
  write('marked.json', `\ufeff${JSON.stringify(scenario('marked'))}`);
  write('good.mjs', `export default ${JSON.stringify(scenario('module'))};`);
  write('good.ts', `const s: object = ${JSON.stringify(scenario('typed'))}; export default s;`);
  write('twin.json', JSON.stringify(scenario('chat')));
  write('broken.json', '{"name": ');
  write('wrong.json', JSON.stringify({ ...scenario('wrong'), conections: 1 }));
  write('broken.mjs', 'export default {');
  write('named.mjs', 'export const scenario = {};');
});
afterAll(() => rmSync(folder, { recursive: true }));

const names = async (...words: string[]) => (await loadScenarios(words, folder)).map(({ name }) => name);

describe('loadScenarios', () => {
  it('takes built-in names, files and modules, in their order', async () => {
    expect(await names('chat', 'good.json', './good.mjs', 'one-shot')).toEqual([
      'chat',
      'good',
      'module',
      'one-shot',
      'one-shot-reuse',
    ]);
  });

  it('reads a file that an editor has given a byte order mark', async () => {
    expect(await names('marked.json')).toEqual(['marked']);
  });

  it.runIf('typescript' in process.features && process.features.typescript)(
    'takes TypeScript where Node does',
    async () => {
      expect(await names('good.ts')).toEqual(['typed']);
    },
  );

  it.runIf(!('typescript' in process.features && process.features.typescript))(
    'says which Node takes TypeScript',
    async () => {
      await expect(names('good.ts')).rejects.toThrow(
        `good.ts: Node ${process.version} cannot load TypeScript; use Node 22.18 or later, or a .mjs file`,
      );
    },
  );

  it.each([
    ['chta', 'USAGE', 'there is no scenario "chta"; did you mean "chat"?'],
    ['absent.json', 'USAGE', 'absent.json: there is no such file'],
    ['./folder/absent', 'USAGE', './folder/absent: there is no such file'],
    ['absent.mjs', 'USAGE', 'absent.mjs: there is no such file'],
    ['broken.json', 'USAGE', 'broken.json: cannot be loaded: '],
    ['broken.mjs', 'USAGE', 'broken.mjs: cannot be loaded: '],
    ['named.mjs', 'USAGE', 'named.mjs: has no default export; write "export default { name: … }"'],
    ['wrong.json', 'SCENARIO', 'wrong.json: conections is not a known key; did you mean "connections"?'],
  ])('refuses %s', async (word, code, message) => {
    const error: unknown = await names(word).then(String, (reason: unknown) => reason);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it.each([
    ['chat', 'chat'],
    ['chat', 'twin.json'],
  ])('refuses two scenarios of one name: %s and %s', async (...words) => {
    await expect(names(...words)).rejects.toThrow(
      /: the scenario "chat" is there already, from chat; ask once or rename it/,
    );
  });
});
