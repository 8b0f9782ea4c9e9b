import { stat } from 'node:fs/promises';
import { ITSELF, RunFolder, stampOf } from '../../reports/runs/folder.ts';
import { renderLiveParts, renderNoticePage, renderRunsPage } from '../../reports/runs/page.ts';
import type { SavedRun } from '../../reports/saved-run.ts';
import { describeError } from '../exit.ts';
import type { Rooms } from '../rooms.ts';
import { EventStreams } from './event-streams.ts';
import type { Answer, Site } from './local-server.ts';
import { PageCache } from './page-cache.ts';

/** How often the folder is looked at while somebody looks at its page. */
const LOOK_EVERY_MS = 1_000;

/** More runs than this are not compared at once. */
const MOST_COMPARED = 20;

/** What a folder's site needs to know. */
export interface RunsSiteOptions {
  /** Absolute. */
  readonly path: string;
  /** The folder as people call it. */
  readonly shown: string;
  /** Name and version of this program. */
  readonly generator: string;
  readonly rooms: Pick<Rooms, 'readSavedRun' | 'renderReport' | 'compareRuns'>;
  readonly now: () => Date;
  /** Told of what is wrong with the folder while it is watched. */
  readonly onError: (error: unknown) => void;
}

/** A run that was asked for, and where it is. */
interface AskedRun {
  readonly name: string;
  readonly path: string;
  /** Another as soon as the file is another. */
  readonly key: string;
}

/**
 * The site of a folder of runs: its list, kept up to date by an event stream, and for each run its report, made
 * when it is asked for, its files, and its comparison with others. What names a run is looked up in the folder, never
 * put into a path unseen.
 */
export class RunsSite {
  readonly #options: RunsSiteOptions;
  readonly #folder: RunFolder;
  readonly #pages = new PageCache();
  readonly #streams = new EventStreams();
  readonly #timer: NodeJS.Timeout;
  #looking = false;

  constructor(options: RunsSiteOptions) {
    this.#options = options;
    this.#folder = new RunFolder(options.path);
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    // The server holds the process; without one there is nothing to look for.
    this.#timer.unref();
  }

  /** @see Site */
  readonly site: Site = (url) => {
    const route = this.#routes[url.pathname];
    return route === undefined ? null : route(url.searchParams.getAll('run'));
  };

  /** Ends the streams, and looks no more. */
  end(): void {
    clearInterval(this.#timer);
    this.#streams.end();
  }

  readonly #routes: Readonly<Partial<Record<string, (runs: readonly string[]) => Promise<Answer>>>> = {
    '/': async () => {
      const { shown, generator } = this.#options;
      const now = this.#options.now();
      const html = renderRunsPage(await this.#folder.list(now), { folder: shown, generator, now });
      return { kind: 'page', status: 200, html };
    },
    '/events': async () => {
      if (!this.#streams.hasRoom) {
        return this.#notice(
          503,
          'Too many windows',
          'So many windows are open that this one is not kept up to date.',
        );
      }
      return {
        kind: 'stream',
        open: (response) => {
          this.#streams.add(response);
          void this.#look();
        },
      };
    },
    '/report': (runs) =>
      this.#withRun(runs, async (run) => {
        const html = await this.#pages.get(`report ${run.key}`, async () => {
          const { results, bytes } = await this.#read(run);
          return this.#options.rooms.renderReport(results, 'html', { source: bytes });
        });
        return { kind: 'page', status: 200, html };
      }),
    '/results.json': (runs) =>
      this.#withRun(runs, async (run) => {
        const { bytes } = await this.#read(run);
        return { kind: 'file', name: fileName(run, 'results.json'), content: bytes };
      }),
    '/summary.json': (runs) =>
      this.#withRun(runs, async (run) => {
        const { results } = await this.#read(run);
        const content = await this.#options.rooms.renderReport(results, 'json');
        return { kind: 'file', name: fileName(run, 'summary.json'), content };
      }),
    '/compare': (runs) => this.#compare([...new Set(runs)]),
  };

  /** Looks at the folder for those who have its page open, and tells them what is new. */
  async #look(): Promise<void> {
    if (this.#looking || this.#streams.size === 0) return;
    this.#looking = true;
    try {
      const now = this.#options.now();
      this.#streams.tell(renderLiveParts(await this.#folder.list(now), now));
    } catch (error) {
      this.#options.onError(error);
    } finally {
      this.#looking = false;
    }
  }

  async #compare(names: readonly string[]): Promise<Answer> {
    if (names.length < 2 || names.length > MOST_COMPARED) {
      const asked = `Tick from two to ${MOST_COMPARED} of them.`;
      return this.#notice(
        400,
        names.length < 2 ? 'Too few runs to compare' : 'Too many runs to compare',
        asked,
      );
    }
    const asked: AskedRun[] = [];
    for (const name of names) {
      const run = await this.#asked(name);
      if (run === null)
        return this.#notice(404, 'There is no such run', `No run of this folder is called ${name}.`);
      asked.push(run);
    }
    return this.#orNotice(async () => {
      const html = await this.#pages.get(`compare ${asked.map(({ key }) => key).join(' ')}`, async () => {
        const runs = [];
        for (const run of asked) runs.push({ name: titleOf(run), results: (await this.#read(run)).results });
        runs.sort((left, right) => Date.parse(left.results.startedAt) - Date.parse(right.results.startedAt));
        return (await this.#options.rooms.compareRuns(runs, 'html')).text;
      });
      return { kind: 'page', status: 200, html };
    });
  }

  async #withRun([name = '']: readonly string[], then: (run: AskedRun) => Promise<Answer>): Promise<Answer> {
    const run = await this.#asked(name);
    if (run === null)
      return this.#notice(404, 'There is no such run', `No run of this folder is called ${name}.`);
    return this.#orNotice(() => then(run));
  }

  async #asked(name: string): Promise<AskedRun | null> {
    const path = await this.#folder.resultsOf(name);
    const status = path === null ? null : await stat(path).catch(() => null);
    return path === null || status === null ? null : { name, path, key: `${path} ${stampOf(status)}` };
  }

  #read({ path }: AskedRun): Promise<SavedRun> {
    return this.#options.rooms.readSavedRun(path);
  }

  async #orNotice(make: () => Promise<Answer>): Promise<Answer> {
    try {
      return await make();
    } catch (error) {
      return this.#notice(500, 'This cannot be shown', describeError(error, false));
    }
  }

  #notice(status: number, title: string, reason: string): Answer {
    return { kind: 'page', status, html: renderNoticePage(title, reason, this.#options.generator) };
  }
}

function titleOf({ name }: AskedRun): string {
  return name === ITSELF ? 'The folder itself' : name;
}

function fileName({ name }: AskedRun, file: string): string {
  return name === ITSELF ? file : `${name}-${file}`;
}
