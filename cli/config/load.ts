import { dirname, join, resolve } from 'node:path';
import { defaultExport, namesModule } from '../default-export.ts';
import { UsageError } from '../exit.ts';
import { thereOf } from '../is-there.ts';
import { loadJson } from '../scenario-source.ts';
import { type Config, parseConfig } from './schema.ts';

/** What a config file is called. */
export const CONFIG_NAMES = ['json', 'js', 'mjs', 'ts'].map((extension) => `wirebench.config.${extension}`);

/** A config file and what it says. */
export interface LoadedConfig {
  /** As people know it. */
  readonly file: string;
  /** Absolute folder that relative paths in it start from. */
  readonly folder: string;
  readonly config: Config;
}

/**
 * The config file: the one that is named, or the one that is in the folder; none if there is none. Folders
 * above are not searched, so that nothing far away decides what is measured.
 *
 * @throws UsageError for a file that cannot be loaded or says what cannot be, and for two in the folder.
 */
export async function loadConfig(named: string | undefined, cwd: string): Promise<LoadedConfig | null> {
  const file = named ?? (await find(cwd));
  if (file === null) return null;
  const path = resolve(cwd, file);
  const value = namesModule(file)
    ? await defaultExport(file, path, 'defineConfig({ trials: … })')
    : await loadJson(file, path);
  return { file, folder: dirname(path), config: parseConfig(value, file) };
}

async function find(cwd: string): Promise<string | null> {
  const [file = null, ...others] = await thereOf(CONFIG_NAMES, (name) => join(cwd, name));
  if (others.length > 0) {
    throw new UsageError(
      `${[file, ...others].join(' and ')}: only one can count; remove the others, or name it with --config`,
    );
  }
  return file;
}
