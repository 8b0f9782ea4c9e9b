import { type Column, columnsOf } from '../../columns.ts';
import { formatCount, formatList, formatQuantity, sentence } from '../../format.ts';
import { leadersOf } from '../../headline.ts';
import { METRICS, type MetricId } from '../../metrics.ts';
import {
  type Arm,
  type Row,
  SAMPLES_BEYOND,
  type ScenarioSummary,
  shown,
  standingOf,
} from '../../summary.ts';
import { listArms } from '../../transports.ts';
import { armHeading, standing } from '../arm.ts';
import { html, type Markup } from '../escape.ts';
import type { Section } from '../section.ts';
import { scrollBox } from '../table.ts';

/** The numbers side by side. */
export function scoreboardSection(summary: ScenarioSummary): Section | null {
  if (summary.arms.every(({ completed }) => completed.length === 0)) return null;
  return {
    id: `${summary.scenario.name}-scoreboard`,
    title: 'Scoreboard',
    finding: [leadsOf(summary)],
    content: [scoreboard(summary)],
    place: 'below',
  };
}

/** The table that compares the arms of a scenario; what nothing beats is bold. */
export function scoreboard(summary: ScenarioSummary): Markup {
  const { arms, scenario } = summary;
  const columns = columnsOf(summary);
  const rows = arms.map(
    (arm) => html`
<tr>${armHeading(arm, arms)}${columns.map((column) => cell(arm, column, arms))}
<td>${standing(arm)}</td></tr>`,
  );
  const table = html`<table>
<thead><tr><th scope="col">Transport</th>${columns.map(({ title }) => html`<th scope="col">${title}</th>`)}
<th scope="col">Validity</th></tr></thead>
<tbody>${rows}</tbody></table>`;
  return html`${scrollBox(`Scoreboard of ${scenario.name}`, table)}
<p class="note">${rangeNote(arms)} Bold: the best of its column and what cannot be told from it, where
anything is behind. A dash: no such number, or fewer
than ${SAMPLES_BEYOND} samples beyond the percentile.</p>`;
}

/** Who leads in how many columns, in a sentence. */
function leadsOf(summary: ScenarioSummary): string {
  const { arms } = summary;
  const leaders = columnsOf(summary)
    .map(({ metric }) => columnLeaders(metric, arms))
    .filter((leading) => leading.length > 0);
  if (arms.filter(isFit).length < 2) return 'There is nothing to compare with.';
  if (leaders.length === 0) return 'No column tells the transports apart.';
  const fit = arms.filter((arm) => isFit(arm) && arm.completed.length > 0);
  const leadsOfArm = new Map(
    fit.map((arm) => [arm, leaders.filter((leading) => leading.includes(arm)).length] as const),
  );
  const counts = [...new Set(leadsOfArm.values())].sort((left, right) => right - left);
  const [most = 0, ...fewer] = counts;
  const having = (count: number) => fit.filter((arm) => leadsOfArm.get(arm) === count);
  const parts = fewer.map((count) => `${listArms(having(count), fit)} in ${count === 0 ? 'none' : count}`);
  const rest = parts.length === 0 ? '' : `; ${formatList(parts)}`;
  const columns = formatCount(leaders.length, 'column');
  const where = most === leaders.length ? `all ${columns}` : `${most} of the ${columns}`;
  const lead = having(most).length === 1 ? 'leads' : 'lead';
  return sentence(
    `${listArms(having(most), fit)} ${lead}, alone or with others, in ${where} where there is a difference${rest}`,
  );
}

/** The arms that nothing beats in a column; nobody where nobody is behind. */
function columnLeaders(metric: MetricId, arms: readonly Arm[]): readonly Arm[] {
  if (METRICS[metric].better === 'none') return [];
  const fit = arms.filter((other) => isFit(other) && shown(other, metric) !== null);
  const leaders = leadersOf(fit, metric);
  return leaders.length < fit.length ? leaders : [];
}

function cell(arm: Arm, { metric }: Column, arms: readonly Arm[]): Markup {
  const row = shown(arm, metric);
  if (row === null) return html`<td class="none">–</td>`;
  const leads = columnLeaders(metric, arms).includes(arm);
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
