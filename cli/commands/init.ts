import { join } from 'node:path';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { thereOf } from '../is-there.ts';

const NEXT = `Next:
  1. Put the command that starts your server into server.json, and see whether
     it is spoken to as it should be: npx wirebench verify --server server.json
  2. Commit these files to your main branch: the baseline needs a server.json, too.
  3. On a branch of your own: npx wirebench check --base-ref main
`;

/** `wirebench init`: a config file, a server file and a workflow to start from. */
export const init = defineCommand({
  usage: 'init',
  summary: 'Write a config file, a server file and a CI workflow to start from',
  positionals: {},
  flags: {
    force: { type: 'boolean', default: false, describe: 'Replace files that are there already' },
  },
  examples: [['init', 'never replaces a file']],

  async run({ force }, _words, io, rooms) {
    const { CONFIG_NAMES } = await import('../config/load.ts');
    const { INIT_FILES } = await import('../init/files.ts');
    for (const [file, text] of Object.entries(INIT_FILES)) {
      // Two config files would be an error of every other command.
      const others = CONFIG_NAMES.includes(file) ? CONFIG_NAMES.filter((name) => name !== file) : [];
      const there = await thereOf([file, ...others], (name) => join(io.cwd, name));
      const [rival] = there.filter((name) => name !== file);
      if (rival !== undefined) {
        io.stdout.write(`not written: ${file}, since ${rival} is the config file here\n`);
      } else if (there.length > 0 && !force) {
        io.stdout.write(`left as it is: ${file} (--force replaces it)\n`);
      } else {
        await rooms.writeFileAtomic(join(io.cwd, file), text);
        io.stdout.write(`${there.length > 0 ? 'replaced' : 'wrote'}: ${file}\n`);
      }
    }
    io.stdout.write(NEXT);
    return EXIT.ok;
  },
});
