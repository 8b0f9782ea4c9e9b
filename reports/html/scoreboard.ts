import { type Column, columnsOf } from '../columns.ts';
import { describeStanding } from '../describe.ts';
import { formatQuantity } from '../format.ts';
import { leadersOf } from '../headline.ts';
import { METRICS } from '../metrics.ts';
import { type Arm, type Row, type ScenarioSummary, shown, standingOf } from '../summary.ts';
import { LOOKS } from '../transports.ts';
import { html, type Markup } from './escape.ts';

/** The table that compares the arms of a scenario; what nothing beats is bold. */
export function scoreboard({ scenario, arms }: ScenarioSummary): Markup {
  const columns = columnsOf(scenario);
  const rows = arms.map(
    (arm) => html`
<tr>${armHeading(arm, arms)}${columns.map((column) => cell(arm, column, arms))}
<td>${standing(arm)}</td></tr>`,
  );
  return html`<div class="scroll"><table>
<thead><tr><th scope="col">Transport</th>${columns.map(({ title }) => html`<th scope="col">${title}</th>`)}
<th scope="col">Validity</th></tr></thead>
<tbody>${rows}</tbody></table></div>
<p class="note">${rangeNote(arms)} Bold: the best of its column and what cannot be told from it, where
anything is behind. A dash: no such number, or fewer
than 20 samples beyond the percentile.</p>`;
}

function cell(arm: Arm, { metric }: Column, arms: readonly Arm[]): Markup {
  const row = shown(arm, metric);
  if (row === null) return html`<td class="none">–</td>`;
  const fit = arms.filter((other) => isFit(other) && shown(other, metric) !== null);
  const leaders = METRICS[metric].better === 'none' ? [] : leadersOf(fit, metric);
  // Where nobody is behind, nobody leads.
  const leads = leaders.length < fit.length && leaders.includes(arm);
  return html`<td class="${leads ? 'value lead' : 'value'}">${formatQuantity(row.median, row.unit)}${range(row)}</td>`;
}

function isFit(arm: Arm): boolean {
  return standingOf(arm) !== 'invalid';
}

/** The interval of the median; where trials are too few for one, the lowest and the highest. */
function range({ low, high, values, unit }: Row): Markup {
  const [from = '', to = ''] = [low ?? Math.min(...values), high ?? Math.max(...values)].map((value) =>
    formatQuantity(value, unit),
  );
  if (values.length < 2 || from === to) return html``;
  // `1.2 – 1.5 ms`: a unit that both have is said once.
  const [number = '', suffix = ''] = splitUnit(from);
  const shared = suffix === splitUnit(to)[1];
  return html`<span class="range">${shared ? number : from} – ${to}</span>`;
}

function splitUnit(quantity: string): readonly string[] {
  return /^([\d.,]+)(.*)$/.exec(quantity)?.slice(1) ?? [quantity, ''];
}

function rangeNote(arms: readonly Arm[]): string {
  const counts = arms.map(({ completed }) => completed.length).filter((count) => count > 0);
  if (Math.min(...counts) >= 6) return 'Medians of the trials, below them their 95 % intervals.';
  if (Math.max(...counts) < 2) return 'One trial of each: nothing here says how much another would differ.';
  return 'Medians of the trials, below them the lowest and highest trial where fewer than 6 leave no 95 % interval.';
}

/** An arm's state as a coloured word. */
export function standing(arm: Arm): Markup {
  return html`<span class="standing ${standingOf(arm)}">${describeStanding(arm)}</span>`;
}

/** The heading of an arm's row; its server is named where several are compared. */
export function armHeading(arm: Arm, arms: readonly Arm[]): Markup {
  const several = arms.some(({ server }) => server !== arm.server);
  const server = several ? html`<span class="range">on ${arm.server}</span>` : html``;
  return html`<th scope="row">${swatch(arm)}${LOOKS[arm.transport].name}${server}</th>`;
}

/** A transport's line and point, as the charts draw them. */
export function swatch({ transport }: Arm): Markup {
  const { dash } = LOOKS[transport];
  const colour = `var(--${transport})`;
  return html`<svg class="swatch" viewBox="0 0 30 12" aria-hidden="true"><path d="M0 6H30" fill="none" stroke="${colour}"
stroke-width="2.4" stroke-dasharray="${dash.join(' ')}"/><path d="${POINTS[LOOKS[transport].shape]}" fill="${colour}"/></svg>`;
}

/** The shapes of `transports.ts`, around the middle of the swatch. */
const POINTS = {
  square: 'M11 2h8v8h-8z',
  'triangle-up': 'M15 1l5 9h-10z',
  diamond: 'M15 1l4.5 5-4.5 5-4.5-5z',
  circle: 'M11 6a4 4 0 1 0 8 0a4 4 0 1 0-8 0',
} as const;
