import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';

/** `wirebench list`: the built-in scenarios and servers. */
export const list = defineCommand({
  usage: 'list',
  summary: 'List the built-in scenarios and their questions, and the servers',
  positionals: {},
  flags: {
    json: { type: 'boolean', default: false, describe: 'Print the scenarios whole, as JSON' },
  },
  examples: [['list --json', 'scenarios to copy into a file of your own']],

  async run({ json }, _words, io, rooms) {
    const { BUILTIN_NAMES, builtin } = await import('../../scenarios/builtin.ts');
    if (json) {
      const scenarios = BUILTIN_NAMES.flatMap((name) => builtin(name));
      io.stdout.write(`${JSON.stringify(scenarios, null, 2)}\n`);
      return EXIT.ok;
    }
    const { wrap } = await import('../../reports/wrap.ts');
    const width = Math.max(...BUILTIN_NAMES.map((name) => name.length)) + 2;
    for (const name of BUILTIN_NAMES) {
      for (const [index, { question }] of builtin(name).entries()) {
        const first = (index === 0 ? name : '').padEnd(width);
        io.stdout.write(`${first}${wrap(question, ' '.repeat(width), ' '.repeat(width)).trimStart()}\n`);
      }
    }
    io.stdout.write('\nservers, for --server:\n');
    for (const { name, about, missing } of await rooms.builtInServers()) {
      const reason = await missing();
      const text = reason === null ? about : `${about} (not here: ${reason})`;
      io.stdout.write(
        `${name.padEnd(width)}${wrap(text, ' '.repeat(width), ' '.repeat(width)).trimStart()}\n`,
      );
    }
    return EXIT.ok;
  },
});
