import { TRANSPORTS } from '../../servers/contract.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { transportsFlag, wholeFlag } from '../flags.ts';
import { untilAborted } from '../until.ts';

/** `wirebench serve`: a reference server alone, to poke at or to measure with other tools. */
export const serve = defineCommand({
  usage: 'serve',
  summary: 'Run the reference server alone until Ctrl-C',
  positionals: {},
  flags: {
    port: { type: 'string', default: '8080', describe: 'TCP port; 0 takes any free one' },
    host: { type: 'string', default: '127.0.0.1', describe: 'Address to listen on' },
    transports: {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Some of polling,long-polling,sse,websocket',
    },
  },
  examples: [['serve --port 0 --transports sse', 'one transport, on any free port']],

  async run(values, _words, io, rooms) {
    const port = wholeFlag('port', values.port, 0, 65_535);
    const transports = values.transports === undefined ? TRANSPORTS : transportsFlag(values.transports);
    const signal = io.interruption();
    const server = await rooms.startReferenceServer({ host: values.host, port, transports });
    const host = values.host.includes(':') ? `[${values.host}]` : values.host;
    io.stdout.write(`http://${host}:${server.port} serves ${transports.join(', ')}\n`);
    io.stderr.write('Ctrl-C ends it\n');
    await untilAborted(signal);
    await server.close();
    return EXIT.ok;
  },
});
