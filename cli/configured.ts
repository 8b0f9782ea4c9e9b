import type { Io } from './command.ts';
import { isConfigured } from './config/settings.ts';
import { UsageError } from './exit.ts';
import type { Chosen } from './parse.ts';

/** A command with what environment and config file add to its flags. */
export interface ConfiguredChoice extends Chosen {
  /** Puts the name of what was really set into a message about a flag. */
  readonly explain: (message: string) => string;
}

/**
 * Adds what environment and config file say to what was typed.
 *
 * @throws UsageError
 */
export async function configure(chosen: Chosen, io: Io): Promise<ConfiguredChoice> {
  const { command, words } = chosen;
  const [name = ''] = command.usage.split(' ', 1);
  if (!isConfigured(name)) return { ...chosen, explain: (message) => message };
  const { resolveSettings, withOrigins } = await import('./config/resolve.ts');
  const { config: named, ...typed } = chosen.values;
  const file = await loadNeeded(named, io);
  const positional = name === 'run' && words.length > 0 ? { scenario: words } : {};
  const flags = { ...typed, ...(name === 'run' ? { scenario: undefined } : {}), ...positional };
  const sources = { flags, env: io.env, file, cwd: io.cwd };
  const resolved = resolveSettings(name, sources, name === 'check' && words.length > 0);
  const values = { ...chosen.values };
  for (const { setting, value } of resolved) {
    if (name === 'run' && setting.flag === 'scenario') continue;
    values[setting.flag] = value ?? command.flags[setting.flag]?.default;
  }
  const scenarios = resolved.find(({ setting }) => setting.flag === 'scenario')?.value;
  return {
    command,
    values,
    words: name === 'run' && Array.isArray(scenarios) ? scenarios : words,
    explain: (message) => withOrigins(message, resolved),
  };
}

/** Without a file and without a name, nothing of what checks one is loaded. */
async function loadNeeded(named: unknown, io: Io) {
  if (named !== undefined && typeof named !== 'string') throw new UsageError('--config needs a file');
  const { loadConfig } = await import('./config/load.ts');
  return loadConfig(named, io.cwd);
}
