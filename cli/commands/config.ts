import { defineCommand } from '../command.ts';
import { CONFIGURED } from '../config/settings.ts';
import { EXIT } from '../exit.ts';

/** `wirebench config`: what is set, and by what. */
export const config = defineCommand({
  usage: 'config',
  summary: 'Show what is set for run and check, and where each value comes from',
  positionals: {},
  flags: {
    config: { type: 'string', describe: 'Config file [wirebench.config.json, .js, .mjs or .ts]' },
    print: { type: 'boolean', default: true, describe: 'Print it, which is all that it does' },
    json: { type: 'boolean', default: false, describe: 'Print it as JSON' },
  },
  examples: [
    ['config --print', 'flags > environment (WIREBENCH_TRIALS) > file > default'],
    ['config --config ci/wirebench.config.mjs', 'of another file'],
  ],

  async run(values, _words, io) {
    const { loadConfig } = await import('../config/load.ts');
    const { originName, resolveSettings } = await import('../config/resolve.ts');
    const { wrap } = await import('../../reports/wrap.ts');
    const file = await loadConfig(values.config, io.cwd);
    const sources = { flags: {}, env: io.env, file, cwd: io.cwd };
    const commands = CONFIGURED.map((command) => {
      const settings = resolveSettings(command, sources, false).map((resolved) => {
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
        const shown = value === null ? fallback : Array.isArray(value) ? value.join(', ') : String(value);
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
