import { capacitiesOf } from '../capacity/curve.ts';
import { describeAnswer, describeSearch } from '../capacity/describe.ts';
import { formatCount, sentence } from '../format.ts';
import type { Capacity, Results } from '../results/schema.ts';
import { armNames } from '../transports.ts';
import { swatch } from './arm.ts';
import type { ChartBook } from './chart-book.ts';
import { capacityChart, capacityTable } from './charts/capacity.ts';
import { html, type Markup, unbroken } from './escape.ts';
import { renderSection } from './section.ts';
import { dataTable } from './table.ts';

/** Whether a file holds searches and no run. */
export function isOnlyCapacity(results: Results): boolean {
  return results.trials.length === 0 && capacitiesOf(results).length > 0;
}

/** The head of a page that holds searches only. */
export function capacityHead({ startedAt, environment, capacities = [] }: Results): Markup {
  const machine = `${environment.cpuModel}, ${formatCount(environment.cores, 'core')}`;
  const nameOf = armNames(capacities);
  return html`
<h1>How much load each server carries and still meets its objectives</h1>
<p class="meta">Search of <time datetime="${startedAt}">${startedAt.slice(0, 16).replace('T', ' ')}</time>
on ${machine}. <a href="#method">How it was measured</a>, <a href="#definitions">what the words mean</a>, <a href="#downloads">the data</a>.</p>
<ol class="answers">${capacities.map(
    (search) =>
      html`<li><a href="#${idOf(search)}">${search.scenario}, ${nameOf(search)}</a> <span>${unbroken(sentence(describeAnswer(search)))}</span></li>`,
  )}</ol>`;
}

/** A chapter for each scenario whose capacity was searched; none where none was. */
export async function capacityChapters(results: Results, book: ChartBook): Promise<Markup[]> {
  const byScenario = new Map<string, Capacity[]>();
  for (const search of capacitiesOf(results)) {
    byScenario.set(search.scenario, [...(byScenario.get(search.scenario) ?? []), search]);
  }
  const chapters: Markup[] = [];
  for (const searches of byScenario.values()) chapters.push(await chapterOf(searches, book));
  return chapters;
}

async function chapterOf(searches: readonly Capacity[], book: ChartBook): Promise<Markup> {
  const [first] = searches;
  if (first === undefined) return html``;
  const nameOf = armNames(searches);
  const id = idOf(first);
  const chart = capacityChart(searches);
  const section = await renderSection(
    {
      id: `${id}-curve`,
      title: 'Capacity',
      finding: searches.map((search) => sentence(`${nameOf(search)}: ${describeAnswer(search)}`)),
      // The chart brings its numbers along.
      content: [chart ?? dataTable(capacityTable(searches))],
      place: 'below',
    },
    book,
  );
  const asked = [...new Set(searches.map(describeSearch))];
  return html`
<article id="${id}" aria-labelledby="${id}-title">
<p class="eyebrow">${first.scenario}</p>
<h2 id="${id}-title">How much of it can each server carry?</h2>
${asked.map((text) => html`<p class="meta">${unbroken(sentence(text))}</p>`)}
<fieldset class="legend"><legend>Shown in the charts</legend>${searches.map(
    (search) =>
      html`<label><input type="checkbox" checked data-arm="${nameOf(search)}" data-scripted hidden>${swatch(search)}<span>${nameOf(search)}</span></label>`,
  )}</fieldset>
${section}
</article>`;
}

/** Unlike the id of the scenario's own chapter. */
function idOf({ scenario }: Capacity): string {
  return `${scenario}-capacity`;
}
