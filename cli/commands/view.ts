import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { defineCommand, type Io } from '../command.ts';
import { describeError, EXIT } from '../exit.ts';
import { wholeFlag } from '../flags.ts';
import { RUNS_FOLDER, runPath } from '../out-folder.ts';
import type { Rooms } from '../rooms.ts';
import { untilAborted } from '../until.ts';
import { type Site, serveLocally } from '../view/local-server.ts';

/** `wirebench view`: a folder of runs, or one report, in a browser on this machine until Ctrl-C. */
export const view = defineCommand({
  usage: 'view [path]',
  summary: 'Serve a folder of runs, or one report, on this machine until Ctrl-C',
  positionals: {
    path: {
      type: 'string',
      describe: `Folder of runs; or a run: its folder, results.json or report.html [${RUNS_FOLDER}]`,
    },
  },
  flags: {
    port: { type: 'string', default: '0', describe: 'TCP port; 0 takes any free one' },
  },
  examples: [
    ['view', 'all runs of ./results, and how far what is in flight is'],
    ['view results/latest', 'the report of the last run'],
    ['view ci/runs --port 8080', 'another folder, at an address of your choice'],
  ],

  async run({ port }, [path], io, rooms) {
    const wanted = wholeFlag('port', port, 0, 65_535);
    const { site, end } = (await isRun(path, io.cwd))
      ? await reportSite(await runPath(path, io.cwd), rooms)
      : await folderSite(path ?? RUNS_FOLDER, io, rooms);
    const signal = io.interruption();
    const server = await serveLocally(site, wanted, tell(io));
    io.stdout.write(`http://127.0.0.1:${server.port}/\n`);
    io.stderr.write('Ctrl-C ends it\n');
    await untilAborted(signal);
    end();
    await server.close();
    return EXIT.ok;
  },
});

interface Shown {
  readonly site: Site;
  readonly end: () => void;
}

/** Without a path, the folder where runs go, be it there or not yet; a folder without results is one of runs. */
async function isRun(path: string | undefined, cwd: string): Promise<boolean> {
  if (path === undefined) return false;
  const isFolder = async (each: string) => (await stat(each).catch(() => null))?.isDirectory() === true;
  const isThere = async (each: string) => (await stat(each).catch(() => null)) !== null;
  const given = resolve(cwd, path);
  return !(await isFolder(given)) || isThere(join(given, 'results.json'));
}

/** One report, at the root. */
async function reportSite(path: string, rooms: Rooms): Promise<Shown> {
  const { bytes, results } = await rooms.readSavedRun(path);
  const html = await rooms.renderReport(results, 'html', { source: bytes });
  const site: Site = ({ pathname }) => (pathname === '/' ? { kind: 'page', status: 200, html } : null);
  return { site, end: () => {} };
}

async function folderSite(shown: string, io: Io, rooms: Rooms): Promise<Shown> {
  const { RunsSite } = await import('../view/runs-site.ts');
  const { readTool } = await import('../../runners/environment.ts');
  const { name, version } = readTool();
  const path = resolve(io.cwd, shown);
  const generator = `${name} ${version}`;
  const runs = new RunsSite({ path, shown, generator, rooms, now: io.now, onError: tell(io) });
  return { site: runs.site, end: () => runs.end() };
}

/** Says what went wrong while it was served, once if it is the same again and again. */
function tell({ stderr, env }: Io): (error: unknown) => void {
  let last = '';
  return (error) => {
    const text = describeError(error, Boolean(env['WIREBENCH_DEBUG']));
    if (text !== last) stderr.write(`wirebench: ${text}\n`);
    last = text;
  };
}
