import { readFile } from 'node:fs/promises';
import { extname, isAbsolute, resolve, sep } from 'node:path';
import { BUILTIN_NAMES, builtin, isBuiltin } from '../scenarios/builtin.ts';
import { suggest } from '../scenarios/nearest.ts';
import { parseScenario } from '../scenarios/parse.ts';
import type { Scenario } from '../scenarios/schema.ts';
import { cannotLoad, defaultExport, namesModule } from './default-export.ts';
import { UsageError } from './exit.ts';

/**
 * The scenarios that words on a command line stand for: built-in names, JSON files, and modules
 * with a default export.
 *
 * @param cwd absolute folder that relative paths start from.
 * @throws UsageError for a word that is none of these, a file that cannot be read, and a name that comes twice;
 *   ScenarioError for a file whose scenario is wrong.
 */
export async function loadScenarios(words: readonly string[], cwd: string): Promise<Scenario[]> {
  const scenarios: Scenario[] = [];
  const sourceOf = new Map<string, string>();
  for (const word of words) {
    for (const scenario of await load(word, cwd)) {
      const before = sourceOf.get(scenario.name);
      if (before !== undefined) {
        // Reports tell scenarios apart by name: two of one name would be pooled.
        throw new UsageError(
          `${word}: the scenario "${scenario.name}" is there already, from ${before}; ask once or rename it`,
        );
      }
      sourceOf.set(scenario.name, word);
      scenarios.push(scenario);
    }
  }
  return scenarios;
}

async function load(word: string, cwd: string): Promise<Scenario[]> {
  if (isBuiltin(word)) return builtin(word);
  const extension = extname(word);
  const path = resolve(cwd, word);
  if (namesModule(word)) return [parseScenario(await defaultExport(word, path, '{ name: … }'), word)];
  if (extension === '.json' || isAbsolute(word) || word.includes(sep)) {
    return [parseScenario(await loadJson(word, path), word)];
  }
  throw new UsageError(
    `there is no scenario ${JSON.stringify(word)}; ${suggest(word, BUILTIN_NAMES)} (a file ends in .json, .js, .mjs or .ts)`,
  );
}

/**
 * What a JSON file says.
 *
 * @throws UsageError
 */
export async function loadJson(word: string, path: string): Promise<unknown> {
  try {
    // A decoder takes the byte order mark away that some editors write.
    return JSON.parse(new TextDecoder().decode(await readFile(path)));
  } catch (error) {
    throw cannotLoad(word, error);
  }
}
