import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { wholeFlag } from '../flags.ts';
import { resultsPath } from '../out-folder.ts';
import { servePage } from '../page-server.ts';
import { untilAborted } from '../until.ts';

/** `wirebench view`: shows the HTML report in a browser on this machine until Ctrl-C. */
export const view = defineCommand({
  usage: 'view [file]',
  summary: 'Serve the HTML report on this machine until Ctrl-C',
  positionals: {
    file: { type: 'string', describe: 'results.json, or the folder it is in [results/latest]' },
  },
  flags: {
    port: { type: 'string', default: '0', describe: 'TCP port; 0 takes any free one' },
  },
  examples: [['view results/latest', 'prints the address to open']],

  async run({ port }, [file], io, rooms) {
    const wanted = wholeFlag('port', port, 0, 65_535);
    const { bytes, results } = await rooms.readSavedRun(resultsPath(file, io.cwd));
    const page = await rooms.renderReport(results, 'html', { source: bytes });
    const signal = io.interruption();
    const server = await servePage(page, wanted);
    io.stdout.write(`http://127.0.0.1:${server.port}/\n`);
    io.stderr.write('Ctrl-C ends it\n');
    await untilAborted(signal);
    await server.close();
    return EXIT.ok;
  },
});
