import { relative, resolve } from 'node:path';
import { UsageError } from '../exit.ts';
import type { LoadedConfig } from './load.ts';
import { type Configured, SETTINGS, type Setting, variableOf } from './settings.ts';

/** Where a value came from. */
export type Origin =
  | { readonly kind: 'flag' }
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly file: string; readonly key: string }
  | { readonly kind: 'default' };

/** What a setting came to. */
export interface Resolved {
  readonly setting: Setting;
  /** As a flag would have it: text, a list of texts, or a switch; nothing for a default. */
  readonly value: string | readonly string[] | boolean | undefined;
  readonly origin: Origin;
}

/** What the settings of a command are resolved from, in the order in which it counts. */
export interface Sources {
  /** Values of the flags that were given. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file: LoadedConfig | null;
  /** Absolute folder that paths in flags start from. */
  readonly cwd: string;
}

/**
 * Resolves every setting of a command: flags over environment over file over defaults.
 *
 * @param saved whether `check` has two saved runs, which leaves nothing to measure.
 * @throws UsageError for an environment variable that is no switch.
 */
export function resolveSettings(command: Configured, sources: Sources, saved: boolean): Resolved[] {
  const rank = (setting: Setting) => ORDER.findIndex((look) => look(setting, sources) !== null);
  const settings = SETTINGS[command];
  return settings.map((setting): Resolved => {
    const found = ORDER.map((look) => look(setting, sources));
    const own = found.findIndex((each) => each !== null);
    const beaten = settings.some((other) => {
      const theirs = rank(other);
      return setting.rivals.includes(other.flag) && theirs !== -1 && theirs < own;
    });
    const useless = saved && setting.measuring && own > 0;
    const chosen = found[own] ?? null;
    if (chosen === null || beaten || useless) {
      return { setting, value: undefined, origin: { kind: 'default' } };
    }
    return { setting, ...chosen };
  });
}

type Look = (setting: Setting, sources: Sources) => Omit<Resolved, 'setting'> | null;

const ORDER: readonly Look[] = [fromFlags, fromEnvironment, fromFile];

function fromFlags({ flag }: Setting, { flags }: Sources): ReturnType<Look> {
  const value = flags[flag];
  if (value === undefined) return null;
  const origin = { kind: 'flag' } as const;
  if (typeof value === 'boolean') return { value, origin };
  return { value: Array.isArray(value) ? value.map(String) : String(value), origin };
}

function fromEnvironment(setting: Setting, { env }: Sources): ReturnType<Look> {
  const name = variableOf(setting);
  const text = env[name];
  // An empty variable is how a workflow says "not set".
  if (text === undefined || text === '') return null;
  const origin = { kind: 'env', name } as const;
  switch (setting.kind) {
    case 'text':
      return { value: text, origin };
    case 'list':
      return { value: text.split(/[,\n]/).map((word) => word.trim()), origin };
    case 'switch':
      if (!/^(true|false|1|0)$/.test(text)) {
        throw new UsageError(`${name} must be true or false, not ${JSON.stringify(text)}`);
      }
      return { value: text === 'true' || text === '1', origin };
  }
}

function fromFile(setting: Setting, { file, cwd }: Sources): ReturnType<Look> {
  if (file === null) return null;
  const there = setting.keys.flatMap((key) => {
    const value = key.split('.').reduce<unknown>(inside, file.config);
    return value === undefined ? [] : [{ key, value }];
  });
  const [first] = there;
  if (first === undefined) return null;
  const origin = { kind: 'file', file: file.file, key: first.key } as const;
  const { value } = first;
  if (typeof value === 'boolean') return { value, origin };
  const placed = (text: unknown) =>
    PLACES.has(setting.flag) ? place(String(text), file, cwd) : String(text);
  if (!Array.isArray(value)) return { value: placed(value), origin };
  // Gates and budgets are one list of what must hold; scenarios of check count instead of those of run.
  const lists = setting.flag === 'gate' ? there.map((each) => each.value) : [value];
  return { value: lists.flat().map(placed), origin };
}

function inside(at: unknown, key: string): unknown {
  return typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
}

/** Settings that may be paths. */
const PLACES: ReadonlySet<string> = new Set(['scenario', 'server', 'base-server', 'out', 'history']);

/** A path in a file starts from the file's folder; a name and an origin are none. */
function place(word: string, { folder }: LoadedConfig, cwd: string): string {
  const isPath = !word.includes('://') && /[/\\]|\.(json|ndjson|m?[jt]s)$/.test(word);
  return isPath && folder !== cwd ? relative(cwd, resolve(folder, word)) || '.' : word;
}

/** A value's origin in a word: `--trials`, `WIREBENCH_TRIALS`, `wirebench.config.json (trials)`, `default`. */
export function originName({ setting, origin }: Resolved): string {
  switch (origin.kind) {
    case 'flag':
      return `--${setting.flag}`;
    case 'env':
      return origin.name;
    case 'file':
      return `${origin.file} (${origin.key})`;
    case 'default':
      return 'default';
  }
}

/** Puts the names of what was really set into a message that knows flags only. */
export function withOrigins(message: string, resolved: readonly Resolved[]): string {
  return resolved.reduce((text, each) => {
    if (each.origin.kind !== 'env' && each.origin.kind !== 'file') return text;
    return text.replaceAll(new RegExp(`--${each.setting.flag}(?![\\w-])`, 'g'), () => originName(each));
  }, message);
}
