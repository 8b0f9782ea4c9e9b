import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';

/** `wirebench verify`: holds a server against the contract, rule by rule. */
export const verify = defineCommand({
  usage: 'verify',
  summary: 'Check a server against the contract, rule by rule',
  positionals: {},
  flags: {
    server: { type: 'string', describe: '"reference", a server file, or an origin', demandOption: true },
    json: { type: 'boolean', default: false, describe: 'Print the rules as JSON' },
    'allow-remote': { type: 'boolean', default: false, describe: 'Let requests leave this machine' },
  },
  examples: [['verify --server server.json', 'start a server of your own and check it']],

  async run() {
    return EXIT.ok;
  },
});
