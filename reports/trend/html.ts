import { formatCount, sentence } from '../format.ts';
import { swatch } from '../html/arm.ts';
import { ChartBook } from '../html/chart-book.ts';
import { html, type Markup, unbroken } from '../html/escape.ts';
import { bundledScript, renderPage } from '../html/page.ts';
import { renderSection, type Section } from '../html/section.ts';
import { METRICS } from '../metrics.ts';
import { armNames } from '../transports.ts';
import { type Followed, trendChart } from './chart.ts';
import type { Track, Trend } from './series.ts';
import {
  countChanges,
  describeChange,
  describePooled,
  isAmbiguous,
  trackName,
  trendLegend,
} from './words.ts';

/** For people: one file that is read offline, also with scripts blocked, in the frame of the report's page. */
export async function renderTrendHtml({ tracks, skipped, level, tool }: Trend): Promise<string> {
  const book = new ChartBook();
  const groups = groupsOf(tracks);
  const articles: Markup[] = [];
  for (const [index, group] of groups.entries()) articles.push(await article(group, tracks, index, book));
  const changes = countChanges(tracks);
  return renderPage({
    title: `wirebench: ${formatCount(changes, 'change')} from run to run`,
    generator: `${tool.name} ${tool.version}`,
    header: html`<p class="eyebrow">Trend</p>
<h1>${tracks.length === 0 ? 'There is no run in this history' : `${formatCount(changes, 'change')} from run to run`}</h1>
${tracks.length === 0 ? html`` : html`<p class="meta">${trendLegend(tracks, level)}</p>`}
<ol class="answers">${groups.map(
      (group, index) =>
        html`<li><a href="#${idOf(index)}">${titleOf(group, tracks)}</a> <span>${sentence(summaryOf(group))}</span></li>`,
    )}</ol>
${skipped.length === 0 ? html`` : html`<ul class="remarks">${skipped.map(({ line, reason }) => html`<li class="doubtful"><span>Line ${String(line)} ${reason}; it is skipped.</span></li>`)}</ul>`}`,
    main: html`${articles}`,
    data: [book.data()],
    scripts: [bundledScript('charts')],
    asksItsServer: false,
  });
}

/** The transports of one scenario on one server and one machine, which share their charts. */
type Group = readonly [Track, ...Track[]];

function groupsOf(tracks: readonly Track[]): Group[] {
  const groups = new Map<string, [Track, ...Track[]]>();
  for (const track of tracks) {
    const { machine, scenario, scenarioHash, server } = track;
    const key = JSON.stringify([machine, scenario, scenarioHash, server]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [track]);
    else group.push(track);
  }
  return [...groups.values()];
}

async function article(group: Group, all: readonly Track[], index: number, book: ChartBook): Promise<Markup> {
  const [first] = group;
  const id = idOf(index);
  const nameOf = armNames(group);
  const metrics = [...new Set(group.flatMap(({ series }) => series.map(({ metric }) => metric)))];
  const sections: Markup[] = [];
  for (const metric of metrics) {
    const followed = group.flatMap((track): Followed[] => {
      const series = track.series.find((each) => each.metric === metric);
      return series === undefined ? [] : [{ track, series }];
    });
    const section: Section = {
      id: `${id}-${metric}`,
      title: METRICS[metric].title,
      finding: findingsOf(followed),
      content: [trendChart(metric, followed)],
      place: 'beside',
    };
    sections.push(await renderSection(section, book));
  }
  return html`
<article id="${id}" aria-labelledby="${id}-title">
<p class="eyebrow">${first.scenario}</p>
<h2 id="${id}-title">${titleOf(group, all)}</h2>
<p class="meta">On ${first.machine}.</p>
${group.flatMap((track) => remarksOf(track)).map((remark) => html`<p class="note">${unbroken(sentence(remark))}</p>`)}
<fieldset class="legend"><legend>Shown in the charts</legend>${group.map(
    (track) =>
      html`<label><input type="checkbox" checked data-arm="${nameOf(track)}" data-scripted hidden>${swatch(track)}<span>${nameOf(track)}, ${formatCount(track.runs, 'run')}</span></label>`,
  )}</fieldset>
${sections}
</article>`;
}

/** What each transport did, in words: its changes, or that there is none to be seen. */
function findingsOf(followed: readonly Followed[]): string[] {
  const nameOf = armNames(followed.map(({ track }) => track));
  const calm = followed.filter(({ series }) => series.changes.length === 0).map(({ track }) => nameOf(track));
  return [
    ...followed.flatMap(({ track, series }) =>
      series.changes.map((change) => sentence(`${nameOf(track)}: ${describeChange(series, change)}`)),
    ),
    ...(calm.length === 0 ? [] : [`No change can be told from chance: ${calm.join(', ')}.`]),
  ];
}

function remarksOf(track: Track): string[] {
  const name = armNames([track])(track);
  const pooled = describePooled(track);
  return [
    ...(pooled === null ? [] : [`${name}: ${pooled}`]),
    ...(track.leftOut === 0
      ? []
      : [`${name}: ${formatCount(track.leftOut, 'trial')} failed or invalid, in no number`]),
  ];
}

function summaryOf(group: Group): string {
  const runs = Math.max(...group.map(({ runs }) => runs));
  return `${formatCount(countChanges(group), 'change')} in ${formatCount(runs, 'run')}`;
}

/** What tells a group from the others: the scenario's hash and the machine only where another has the same name. */
function titleOf([first]: Group, all: readonly Track[]): string {
  const name = isAmbiguous(first, all) ? `${trackName(first)} (${first.scenarioHash})` : trackName(first);
  const elsewhere = all.some(
    (track) => trackName(track) === trackName(first) && track.machine !== first.machine,
  );
  return elsewhere ? `${name} on ${first.machine}` : name;
}

function idOf(index: number): string {
  return `track-${index + 1}`;
}
