import { noticesOf } from '../advice.ts';
import { describeAbsences, describeCeiling, describeScenario } from '../describe.ts';
import { formatQuantity, sentence } from '../format.ts';
import { headlineOf } from '../headline.ts';
import { METRICS } from '../metrics.ts';
import type { Ceiling, Measurements, Outcome, Trial } from '../results/schema.ts';
import { type Arm, isCarried, type ScenarioSummary, standingOf } from '../summary.ts';
import { armNames } from '../transports.ts';
import type { DrawnChart } from './chart.ts';
import { html, type Markup } from './escape.ts';
import { armHeading, scoreboard, swatch } from './scoreboard.ts';

/** A scenario's section of the page. `firstChart` is the number of its first chart among all charts. */
export function scenarioSection(
  summary: ScenarioSummary,
  charts: readonly DrawnChart[],
  firstChart: number,
  ceilings: readonly Ceiling[],
): Markup {
  const { scenario, arms } = summary;
  const nameOf = armNames(arms);
  return html`
<section id="${scenario.name}">
<p class="eyebrow">${scenario.name}</p>
<h2>${scenario.question}</h2>
<p class="meta">${describeScenario(scenario)}</p>
<ul class="findings">${headlineOf(summary).map((sentence) => html`<li>${unbroken(sentence)}</li>`)}</ul>
${remarks(summary, nameOf)}
<div class="legend" role="group" aria-label="Show one transport">${arms
    .filter(({ completed }) => completed.length > 0)
    .map(
      (arm) =>
        html`<button type="button" disabled aria-pressed="false" data-arm="${nameOf(arm)}">${swatch(arm)}${nameOf(arm)}</button>`,
    )}</div>
${scoreboard(summary)}
${ceilings
  .filter(({ server }) => arms.some((arm) => arm.server === server))
  .map((ceiling) => html`<p class="note">For scale: ${describeCeiling(ceiling)}.</p>`)}
<div class="charts">${charts.map((drawn, index) => figure(drawn, firstChart + index))}</div>
${delivery(arms)}
${trials(arms)}
</section>`;
}

/** Keeps a number and its unit on one line. */
function unbroken(sentence: string): string {
  return sentence.replaceAll(/(\d) (?=[µmsBkMG%])/g, '$1\u00a0');
}

function figure({ chart, svg }: DrawnChart, number: number): Markup {
  const keys = chart.legend.map(
    ({ name, colour }) =>
      html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" rx="2" fill="${colour}"/></svg>${name}</li>`,
  );
  return html`
<figure class="${chart.size}"><figcaption><h3>${chart.title}</h3><p>${chart.caption}</p></figcaption>
<div class="chart" role="img" aria-label="${chart.title}. ${chart.caption}" data-chart="${number}">${svg}</div>
${keys.length === 0 ? html`` : html`<ul class="keys">${keys}</ul>`}</figure>`;
}

function remarks(summary: ScenarioSummary, nameOf: (arm: Arm) => string): Markup {
  const absences = summary.arms.flatMap((arm) =>
    describeAbsences(arm).map(
      (reason) =>
        html`<li class="${standingOf(arm)}"><strong>${nameOf(arm)}</strong> <span>${reason}</span></li>`,
    ),
  );
  const notices = noticesOf(summary).map(
    ({ level, code, verdict, evidence, distrust, advice }) =>
      html`<li class="${level}"><strong>${verdict}</strong> <code>${code}</code> <span>${evidence}.</span>
<span class="advice">${sentence(`${distrust}; ${advice}`)}</span></li>`,
  );
  const items = [...absences, ...notices];
  return items.length === 0 ? html`` : html`<ul class="remarks">${items}</ul>`;
}

/** What was counted, over all completed trials of an arm: sums, since a loss in any trial is a loss. */
const COUNTS: readonly { readonly title: string; readonly of: (measured: Measurements) => number }[] = [
  { title: 'Messages due', of: ({ messages }) => messages.due },
  { title: 'Not sent', of: ({ messages }) => messages.unsent },
  { title: 'Deliveries expected', of: ({ messages }) => messages.expected },
  { title: 'Received', of: ({ messages }) => messages.received },
  { title: 'Lost', of: ({ messages }) => messages.lost },
  { title: 'Duplicated', of: ({ messages }) => messages.duplicated },
  { title: 'Out of order', of: ({ messages }) => messages.reordered },
  { title: 'Requests', of: ({ requests }) => requests.total },
  { title: 'of them empty', of: ({ requests }) => requests.empty },
  { title: 'Connections', of: ({ connections }) => connections.opened },
  { title: 'Opened again', of: ({ connections }) => connections.reopened },
];

function delivery(arms: readonly Arm[]): Markup {
  const expecting = arms.filter(({ completed }) =>
    completed.some(({ measurements }) => measurements.messages.expected > 0),
  );
  const rows = expecting.map((arm) => {
    const cells = COUNTS.map(({ of }) =>
      arm.completed.reduce((sum, outcome) => sum + of(outcome.measurements), 0),
    );
    return html`<tr>${armHeading(arm, arms)}${cells.map((count) => html`<td>${count.toLocaleString('en-US')}</td>`)}</tr>`;
  });
  return rows.length === 0
    ? html``
    : html`<h3 class="delivery">Delivery, all completed trials together</h3>
<div class="scroll"><table><thead><tr><th scope="col">Transport</th>${COUNTS.map(({ title }) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

const TRIAL_METRICS = [
  'latency.p50',
  'latency.p99',
  'latency.max',
  'lateness.p99',
  'generator.cpuPercent',
] as const;

function trials(arms: readonly Arm[]): Markup {
  const rows = arms.flatMap((arm) => arm.trials.map((trial) => trialRow(arm, trial, arms)));
  return html`<details><summary>All ${rows.length} trials</summary>
<div class="scroll"><table><thead><tr><th scope="col">Transport</th><th scope="col">Block</th><th scope="col">Order</th>
${TRIAL_METRICS.map((metric) => html`<th scope="col">${METRICS[metric].title}</th>`)}<th scope="col">Validity</th></tr></thead>
<tbody>${rows}</tbody></table></div></details>`;
}

function trialRow(arm: Arm, { block, order, outcome }: Trial, arms: readonly Arm[]): Markup {
  const cells =
    outcome.status === 'completed'
      ? TRIAL_METRICS.map((metric) => {
          const { of, unit } = METRICS[metric];
          const value = isCarried(metric, outcome.measurements) ? of(outcome.measurements) : null;
          return html`<td class="value">${value === null ? '–' : formatQuantity(value, unit)}</td>`;
        })
      : [html`<td colspan="${TRIAL_METRICS.length}">${outcome.reason}</td>`];
  return html`<tr>${armHeading(arm, arms)}<td>${block + 1}</td><td>${order + 1}</td>${cells}<td>${outcomeWord(outcome)}</td></tr>`;
}

function outcomeWord(outcome: Outcome): Markup {
  const word = outcome.status === 'completed' ? outcome.validity : outcome.status;
  return html`<span class="standing ${word}">${word}</span>`;
}
