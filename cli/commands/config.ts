import type { Options } from 'yargs';
import { defineCommand, type Flags } from '../command.ts';
import { CONFIGURED, SETTINGS, type Setting } from '../config/settings.ts';
import { EXIT } from '../exit.ts';

/** The flags of all commands that take settings, so that one can see what they would come to. */
const SETTING_FLAGS: Flags = Object.fromEntries(
  CONFIGURED.flatMap((command) => SETTINGS[command])
    // A flag that is a list for one command is one here.
    .sort((left, right) => Number(left.kind === 'list') - Number(right.kind === 'list'))
    .map((setting) => [setting.flag, optionOf(setting)]),
);

function optionOf({ kind }: Setting): Options {
  if (kind === 'switch') return { type: 'boolean', hidden: true };
  return { type: 'string', hidden: true, ...(kind === 'list' ? { array: true, nargs: 1 } : {}) };
}

/** A value as one would type it, so that one that is empty is seen. */
function textOf(value: string | boolean | readonly string[]): string {
  return value === '' ? "''" : Array.isArray(value) ? value.join(', ') : String(value);
}

/** `wirebench config`: what is set, and by what. */
export const config = defineCommand({
  usage: 'config',
  summary: 'Show what is set for each command, and where each value comes from',
  positionals: {},
  flags: {
    ...SETTING_FLAGS,
    config: { type: 'string', describe: 'Config file [wirebench.config.json, .js, .mjs or .ts]' },
    print: { type: 'boolean', default: true, describe: 'Print it, which is all that it does' },
    json: { type: 'boolean', default: false, describe: 'Print it as JSON' },
  },
  examples: [
    ['config --print', 'flags > environment (WIREBENCH_TRIALS) > file > default'],
    ['config --config ci/wirebench.config.mjs', 'of another file'],
    ['config --trials 5 --server mine.json', 'with flags of the commands, as if they were given to each'],
  ],

  async run(values, _words, io) {
    const { loadConfig } = await import('../config/load.ts');
    const { originName, resolveSettings } = await import('../config/resolve.ts');
    const { checkTyped } = await import('../config/typed.ts');
    const { wrap } = await import('../../reports/wrap.ts');
    const file = await loadConfig(values.config, io.cwd);
    const sources = { flags: values, env: io.env, file, cwd: io.cwd };
    const resolvedOf = CONFIGURED.map((command) => ({
      command,
      all: resolveSettings(command, sources, false),
    }));
    checkTyped(resolvedOf.flatMap(({ all }) => all));
    const commands = resolvedOf.map(({ command, all }) => {
      const settings = all.map((resolved) => {
        const { setting, value, origin } = resolved;
        return {
          flag: setting.flag,
          value: value ?? null,
          fallback: setting.fallback,
          origin,
          from: originName(resolved),
        };
      });
      return { command, settings };
    });
    if (values.json) {
      io.stdout.write(`${JSON.stringify({ file: file?.file ?? null, commands }, null, 2)}\n`);
      return EXIT.ok;
    }
    for (const { command, settings } of commands) {
      io.stdout.write(`${command}\n`);
      for (const { flag, value, fallback, from } of settings) {
        const shown = value === null ? fallback : textOf(value);
        io.stdout.write(`${wrap(`${shown} · ${from}`, ' '.repeat(24), `  ${flag.padEnd(22)}`)}\n`);
      }
    }
    io.stdout.write(
      `${wrap(
        `${file === null ? 'There is no config file here.' : `Read ${file.file}.`} Flags come first, then the environment (WIREBENCH_TRIALS), then the file.`,
      )}\n`,
    );
    return EXIT.ok;
  },
});
