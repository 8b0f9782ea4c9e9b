import { describeCeiling } from '../describe.ts';
import type { Results } from '../results/schema.ts';
import type { ScenarioSummary } from '../summary.ts';
import { armNames } from '../transports.ts';
import { swatch } from './arm.ts';
import type { ChartBook } from './chart-book.ts';
import { html, type Markup } from './escape.ts';
import { renderSection, type Section } from './section.ts';
import { bytesSection } from './sections/bytes.ts';
import { deliverySection } from './sections/delivery.ts';
import { headToHeadSection } from './sections/head-to-head.ts';
import { overTimeSection, percentilesSection } from './sections/latency.ts';
import { resourcesSection } from './sections/resources.ts';
import { scoreboardSection } from './sections/scoreboard.ts';
import { stayingConnectedSection } from './sections/staying-connected.ts';
import { trialsSection } from './sections/trials.ts';
import { validitySection } from './sections/validity.ts';
import { scenarioHead } from './sections/verdict.ts';

/** The sections of a scenario, in the order in which they are read; one without data returns `null`. */
const SECTIONS: readonly ((summary: ScenarioSummary, results: Results) => Section | null)[] = [
  scoreboardSection,
  headToHeadSection,
  percentilesSection,
  overTimeSection,
  trialsSection,
  bytesSection,
  stayingConnectedSection,
  resourcesSection,
  deliverySection,
  validitySection,
];

/** Everything that the page says of one scenario. */
export async function chapter(summary: ScenarioSummary, results: Results, book: ChartBook): Promise<Markup> {
  const { scenario, arms } = summary;
  const sections: Markup[] = [];
  for (const make of SECTIONS) {
    const section = make(summary, results);
    if (section !== null) sections.push(await renderSection(section, book));
  }
  const ceilings = results.ceilings.filter(({ server }) => arms.some((arm) => arm.server === server));
  return html`
<article id="${scenario.name}" aria-labelledby="${scenario.name}-title">
${scenarioHead(summary)}
${ceilings.map((ceiling) => html`<p class="note">For scale: ${describeCeiling(ceiling)}.</p>`)}
${legend(summary)}
${sections}
</article>`;
}

/** What each transport looks like; with a script, also which of them the charts show. */
function legend({ arms }: ScenarioSummary): Markup {
  const nameOf = armNames(arms);
  const measured = arms.filter(({ completed }) => completed.length > 0);
  if (measured.length === 0) return html``;
  return html`<fieldset class="legend"><legend>Shown in the charts</legend>${measured.map(
    (arm) =>
      html`<label><input type="checkbox" checked data-arm="${nameOf(arm)}" data-scripted hidden>${swatch(arm)}<span>${nameOf(arm)}</span></label>`,
  )}</fieldset>`;
}
