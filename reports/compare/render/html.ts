import { formatCount, formatQuantity, sentence } from '../../format.ts';
import { swatch } from '../../html/arm.ts';
import { ChartBook } from '../../html/chart-book.ts';
import { html, type Markup } from '../../html/escape.ts';
import { bundledScript, renderPage } from '../../html/page.ts';
import { renderSection } from '../../html/section.ts';
import { dataTable } from '../../html/table.ts';
import type { RunComparison } from '../comparison.ts';
import {
  type ComparedScenario,
  countFindings,
  describeRun,
  FINDING_WORDS,
  formatEffect,
  formatInterval,
  legendOf,
  scenariosOf,
  splitEqual,
} from '../people.ts';
import { changeSentences, equalSentence } from '../sentences.ts';
import { comparisonChart } from './ratio-chart.ts';

/** For people: one file that is read offline, also with scripts blocked, in the frame of the report's page. */
export async function renderComparisonHtml(comparisons: readonly RunComparison[]): Promise<string> {
  const [first] = comparisons;
  const book = new ChartBook();
  const articles: Markup[] = [];
  for (const [index, comparison] of comparisons.entries())
    articles.push(await article(comparison, index, book));
  const tool = first?.after.results.tool ?? { name: 'wirebench', version: '' };
  return renderPage({
    title: `wirebench: ${comparisons.map(({ after }) => after.name).join(', ')} against ${first?.before.name ?? 'nothing'}`,
    generator: `${tool.name} ${tool.version}`,
    header: html`<p class="eyebrow">Comparison of runs</p>
<h1>${titleOf(comparisons)}</h1>
${first === undefined ? html`` : html`<p class="meta">Before: ${describeRun(first.before.results)}.</p>`}`,
    main: html`${articles}`,
    data: [book.data()],
    scripts: [bundledScript('charts')],
    asksItsServer: false,
  });
}

function titleOf(comparisons: readonly RunComparison[]): string {
  const [first] = comparisons;
  if (first === undefined) return 'Nothing is compared';
  const after = comparisons.length === 1 ? first.after.name : formatCount(comparisons.length, 'run');
  return `${after} against ${first.before.name}`;
}

async function article(comparison: RunComparison, index: number, book: ChartBook): Promise<Markup> {
  const { after, warnings } = comparison;
  const scenarios = scenariosOf(comparison);
  const sections: Markup[] = [];
  for (const scenario of scenarios) sections.push(await section(scenario, index, book));
  return html`
<article>
<p class="eyebrow">After: ${describeRun(after.results)}</p>
<h2>${after.name}</h2>
<ul class="findings"><li>${sentence(countFindings(scenarios))}</li></ul>
${warnings.length === 0 ? html`` : html`<ul class="remarks">${warnings.map((warning) => html`<li class="doubtful"><span>${warning}.</span></li>`)}</ul>`}
${sections}
<section><h3>What the numbers mean</h3>${legendOf(scenarios).map((line) => html`<p class="note">${line}.</p>`)}</section>
</article>`;
}

async function section(compared: ComparedScenario, index: number, book: ChartBook): Promise<Markup> {
  const { scenario, pairs } = compared;
  const rows = pairs.flatMap(({ pair, name, changes }) =>
    splitEqual(changes).differing.map((change, place) => [
      place === 0 ? html`${swatch(pair)}${name}` : html`<span class="again">${swatch(pair)}${name}</span>`,
      change.title,
      formatQuantity(change.before, change.unit),
      formatQuantity(change.after, change.unit),
      formatEffect(change),
      // Unbroken: off the edge of a phone it would make the row higher for nothing that is seen.
      formatInterval(change, '\u00a0to\u00a0') || '–',
      finding(FINDING_WORDS[change.finding]),
    ]),
  );
  const equal = equalSentence(compared);
  const remarks = pairs.flatMap(({ pair, name }) =>
    pair.status === 'refused'
      ? [
          html`<li class="invalid"><strong>${name} is not compared</strong> <span>${sentence(pair.reason)}</span></li>`,
        ]
      : pair.notices.length === 0
        ? []
        : [
            html`<li class="doubtful"><strong>${name}</strong> <span>${sentence(pair.notices.join('; '))}</span></li>`,
          ],
  );
  const chart = comparisonChart(compared);
  const columns = ['Transport', 'Metric', 'Before', 'After', 'Ratio', '95 % interval', 'Finding'];
  return renderSection(
    {
      id: `run-${index + 1}-${scenario}`,
      title: scenario,
      finding: changeSentences(compared),
      content: [
        ...(remarks.length === 0 ? [] : [html`<ul class="remarks">${remarks}</ul>`]),
        // First: it fits a phone, where the ratios of the table are beyond the edge.
        ...(chart === null ? [] : [chart]),
        ...(rows.length === 0
          ? []
          : [dataTable({ caption: `Changes in ${scenario}`, columns, rows, words: 2 })]),
        ...(equal === null ? [] : [html`<p class="note">${equal}</p>`]),
      ],
      place: 'below',
    },
    book,
  );
}

function finding(word: string): Markup {
  const standing = { better: 'valid', worse: 'invalid' }[word];
  return standing === undefined ? html`${word}` : html`<span class="standing ${standing}">${word}</span>`;
}
