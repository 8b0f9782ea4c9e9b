import type { Config } from './schema.ts';

/**
 * Gives a config file its types in an editor; it returns its argument. It is checked when it is read.
 *
 * ```js
 * import { defineConfig } from 'wirebench';
 * export default defineConfig({ trials: 6, check: { baseRef: 'main', server: 'server.json' } });
 * ```
 */
export function defineConfig(config: Config): Config {
  return config;
}
