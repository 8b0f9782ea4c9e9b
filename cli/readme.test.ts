import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isBuiltin } from '../scenarios/builtin.ts';
import { parseScenario } from '../scenarios/parse.ts';
import { COMMANDS } from './commands/index.ts';
import { EXIT } from './exit.ts';
import { parse } from './parse.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The contents of the fenced blocks of a language. */
function blocks(language: string): string[] {
  return [...README.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, name]) => name === language)
    .map(([, , body = '']) => body);
}

const commandLines = blocks('sh').flatMap((block) =>
  block.split('\n').filter((line) => line.includes('wirebench')),
);
const json: unknown[] = blocks('json').map((block) => JSON.parse(block));
const silent = { stdout: { write: () => {} } };

describe('README.md', () => {
  it('has command lines', () => {
    expect(commandLines.length).toBeGreaterThanOrEqual(8);
  });

  it.each(commandLines)('%s: the command and its flags exist', async (line) => {
    const words = line.match(/"[^"]*"|\S+/g) ?? [];
    const [npx, program, ...argv] = words.map((word) => word.replaceAll('"', ''));
    expect([npx, program]).toEqual(['npx', 'wirebench']);
    const chosen = await parse(argv, silent);
    for (const word of chosen?.command.usage.startsWith('run') ? chosen.words : []) {
      expect(word, 'a built-in or the file that the README shows').toSatisfy(
        (name: string) => isBuiltin(name) || name === 'ticker.json',
      );
    }
  });

  it('shows a scenario that is valid', () => {
    expect(parseScenario(json[0], 'README.md')).toMatchObject({ name: 'ticker' });
  });

  it('has every command in its table', () => {
    const listed = [...README.matchAll(/^\| `wirebench (\w+)/gm)].map(([, name]) => name);
    expect(listed).toEqual([...COMMANDS.map(({ usage }) => usage.split(' ')[0]), 'completion']);
  });

  it('has every exit code in its table', () => {
    const listed = [...README.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code));
    expect(listed).toEqual(Object.values(EXIT));
  });
});
