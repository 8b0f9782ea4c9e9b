import { formatClock, formatCount, formatList } from '../format.ts';
import { html, type Markup } from '../html/escape.ts';
import { LIVE } from '../html/names.ts';
import { bundledScript, renderPage } from '../html/page.ts';
import { beganAt, ITSELF, type ListedRun, MOST_SHOWN, type RunList } from './folder.ts';
import { doingOf, soFarOf } from './in-flight.ts';
import type { RunSummary } from './summary.ts';

/** The parts of the page that change while it is open, by the ids of the elements that they fill. */
export type LiveParts = Readonly<Record<(typeof LIVE.parts)[number], string>>;

/** What is said about a folder besides its runs. */
export interface RunsPageOptions {
  /** The folder as people call it. */
  readonly folder: string;
  /** Name and version of this program. */
  readonly generator: string;
  readonly now: Date;
}

/** The page of a folder's runs; its script keeps it up to date by the event stream of the server. */
export function renderRunsPage(list: RunList, { folder, generator, now }: RunsPageOptions): string {
  const { 'in-flight': inFlight, runs } = partsOf(list, now);
  return renderPage({
    title: `wirebench: runs in ${folder}`,
    generator,
    header: html`
<h1>Runs in ${folder}</h1>
<p class="meta">Newest first. <span id="${LIVE.status}" role="status"><noscript>Load the page again to see what is new.</noscript></span></p>`,
    main: html`<div id="in-flight">${inFlight}</div>
<form action="/compare" id="runs">${runs}</form>`,
    data: [],
    scripts: [bundledScript('runs')],
    asksItsServer: true,
  });
}

/** A page that says in one sentence why there is no other. */
export function renderNoticePage(title: string, reason: string, generator: string): string {
  return renderPage({
    title: `wirebench: ${title}`,
    generator,
    header: html`<h1>${title}</h1>`,
    main: html`<p class="meta">${reason}</p>
<p class="meta"><a href="/">All runs</a></p>`,
    data: [],
    scripts: [],
    asksItsServer: true,
  });
}

/** The parts that change, as the page has them. */
export function renderLiveParts(list: RunList, now: Date): LiveParts {
  const { 'in-flight': inFlight, runs } = partsOf(list, now);
  return { 'in-flight': inFlight.html, runs: runs.html };
}

function partsOf({ runs, older }: RunList, now: Date): Readonly<Record<keyof LiveParts, Markup>> {
  const flights = runs.flatMap((run) => (run.kind === 'in-flight' ? [inFlight(run, now)] : []));
  const others = runs.filter(({ kind }) => kind !== 'in-flight');
  const canCompare = others.filter(({ kind }) => kind === 'ended').length > 1;
  return {
    'in-flight': html`${flights.length === 0 ? html`` : html`<ul class="flights">${flights}</ul>`}`,
    runs: html`
${canCompare ? html`<p class="compare"><button>Compare</button> <span>Tick two or more runs; the oldest of them is what the others are held against.</span></p>` : html``}
${others.length === 0 ? (flights.length === 0 ? nothing() : html``) : html`<ol class="runs">${others.map((run) => entry(run, canCompare))}</ol>`}
${older === 0 ? html`` : html`<p class="note">${formatCount(older, 'older folder')} ${older === 1 ? 'is' : 'are'} not shown: only the ${MOST_SHOWN} that were changed last are.</p>`}`,
  };
}

function nothing(): Markup {
  return html`<p class="empty">There is no run here yet. <code>npx wirebench run</code> in another terminal makes one, and it appears here as soon as it begins.</p>`;
}

function nameOf({ name }: ListedRun): string {
  return name === ITSELF ? 'The folder itself' : name;
}

function inFlight(run: ListedRun & { kind: 'in-flight' }, now: Date): Markup {
  const { progress } = run;
  const elapsedMs = Math.max(0, now.getTime() - Date.parse(progress.startedAt));
  const leftMs = Math.max(0, progress.leftMs - (now.getTime() - Date.parse(progress.updatedAt)));
  const share = Math.round((100 * elapsedMs) / Math.max(1, elapsedMs + leftMs));
  return html`
<li ${dataRun(run)}>
<p class="standing running">In flight</p>
<h2>${nameOf(run)}</h2>
<p class="doing">${doingOf(progress)}</p>
<progress max="100" value="${share}" aria-label="Part of its time that is over">${share} %</progress>
<dl><div><dt>Elapsed</dt><dd>${formatClock(elapsedMs)}</dd></div>
<div><dt>Left, at most</dt><dd>${formatClock(leftMs)}</dd></div>
<div><dt>So far</dt><dd>${soFarOf(progress)}</dd></div></dl>
</li>`;
}

function entry(run: ListedRun, canCompare: boolean): Markup {
  const at = beganAt(run);
  switch (run.kind) {
    case 'ended': {
      const { name, summary } = run;
      const query = `?run=${encodeURIComponent(name)}`;
      const took = summary.tookMs === null ? '' : `, took ${formatClock(summary.tookMs)}`;
      return html`
<li ${dataRun(run)}>
${canCompare ? html`<input type="checkbox" name="run" value="${name}" aria-label="Compare ${nameOf(run)}">` : html``}
<div class="name"><h2><a href="/report${query}">${nameOf(run)}</a></h2>
<p>${time(at)}${took}</p></div>
${measured(summary)}
<div class="outcome">${outcome(summary)}</div>
<p class="files"><a href="/results.json${query}" download aria-label="results.json of ${nameOf(run)}">results.json</a>
<a href="/summary.json${query}" download aria-label="summary.json of ${nameOf(run)}">summary.json</a></p>
</li>`;
    }
    case 'killed':
      return without(
        run,
        html`${time(at)}`,
        ['doubtful', 'Incomplete'],
        'It was ended before a trial was finished.',
      );
    case 'unreadable':
      return without(run, html`changed ${time(at)}`, ['failed', 'Unreadable'], run.reason);
    case 'in-flight':
      return html``;
  }
}

/** An entry without a report. */
function without(
  run: ListedRun,
  at: Markup,
  [standing, word]: readonly [string, string],
  reason: string,
): Markup {
  return html`
<li ${dataRun(run)}>
<div class="name"><h2>${nameOf(run)}</h2><p>${at}</p></div>
<div class="outcome wide"><p><span class="standing ${standing}">${word}</span> ${reason}</p></div>
</li>`;
}

function measured({ scenarios, transports, servers }: RunSummary): Markup {
  const parts = [scenarios, transports, servers].map((names) => formatList(shortened(names)));
  return html`<p class="measured">${parts[0] ?? ''} <span>× ${parts[1] ?? ''} × ${parts[2] ?? ''}</span></p>`;
}

/** More names than this are counted: the list is to be read at a glance. */
const MOST_NAMES = 6;

function shortened(names: readonly string[]): readonly string[] {
  if (names.length <= MOST_NAMES) return names;
  return [...names.slice(0, MOST_NAMES - 1), `${names.length - MOST_NAMES + 1} more`];
}

function outcome({ word, outcomes, incomplete }: RunSummary): Markup {
  const words = { valid: 'Valid', doubtful: 'Doubtful', invalid: 'Invalid' } as const;
  const [first = '', ...others] = outcomes;
  return html`<p><span class="standing ${word}">${words[word]}</span> ${first}</p>${others.map((text) => html`<p>${text}</p>`)}
${incomplete === null ? html`` : html`<p><span class="standing doubtful">Incomplete</span> ${incomplete}.</p>`}`;
}

/** In the time zone of this machine, which is also the reader's; the instant itself on demand. */
function time(at: string): Markup {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return html`at an unknown time`;
  const iso = date.toISOString();
  return html`<time datetime="${iso}" title="${iso.slice(0, 19).replace('T', ' ')} UTC">${LOCAL.format(date)}</time>`;
}

const LOCAL = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

function dataRun({ name }: ListedRun): Markup {
  return html`data-run="${name}"`;
}
