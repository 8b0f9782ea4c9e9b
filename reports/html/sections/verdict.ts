import { describePart, describeScenario } from '../../describe.ts';
import { capitalised, formatCount, formatList } from '../../format.ts';
import { headlineOf } from '../../headline.ts';
import type { Results } from '../../results/schema.ts';
import type { ScenarioSummary } from '../../summary.ts';
import { LOOKS } from '../../transports.ts';
import { html, type Markup, unbroken } from '../escape.ts';

/** The head of the page: what was compared, which run, whether it can be believed, and what came out. */
export function verdict(results: Results, summaries: readonly ScenarioSummary[]): Markup {
  const { startedAt, environment, trials } = results;
  const machine = `${environment.cpuModel}, ${formatCount(environment.cores, 'core')}`;
  return html`
<h1>${titleOf(results, summaries)}</h1>
<p class="meta">${trials.length === 0 ? 'There is no trial in this file. ' : ''}Run of <time datetime="${startedAt}">${startedAt.slice(0, 16).replace('T', ' ')}</time>
on ${machine}. <a href="#method">How it was measured</a>, <a href="#definitions">what the words mean</a>, <a href="#downloads">the data</a>.</p>
<p class="verdict ${wordOf(results)}">${trialsSentence(results)}</p>${describePart(results).map((part) => html`<p class="note">${part}.</p>`)}
${summaries.length === 0 ? html`` : html`<ol class="answers">${summaries.map(answer)}</ol>`}`;
}

/** What was compared. */
export function titleOf({ trials }: Results, summaries: readonly ScenarioSummary[]): string {
  const transports = [...new Set(trials.map(({ transport }) => transport))];
  const servers = new Set(trials.map(({ server }) => server)).size;
  if (transports.length === 0) return 'Nothing was measured';
  const names = summaries[0]?.arms.map(({ transport }) => transport) ?? [];
  const ordered = [...new Set([...names, ...transports])].map((transport) => LOOKS[transport].inSentence);
  const text = `${formatList(ordered)}${servers > 1 ? ` on ${formatCount(servers, 'server')}` : ''}${ordered.length * servers > 1 ? ' on the same workload' : ''}`;
  return capitalised(text);
}

function answer(summary: ScenarioSummary): Markup {
  const { scenario } = summary;
  const [first = ''] = headlineOf(summary);
  return html`<li><a href="#${scenario.name}">${scenario.question}</a> <span>${unbroken(first)}</span></li>`;
}

/** The head of a scenario: its question, what was asked of every transport, and what was found. */
export function scenarioHead(summary: ScenarioSummary): Markup {
  const { scenario } = summary;
  return html`<p class="eyebrow">${scenario.name}</p>
<h2 id="${scenario.name}-title">${scenario.question}</h2>
<p class="meta">${describeScenario(scenario)}</p>
<ul class="findings">${headlineOf(summary).map((text) => html`<li>${unbroken(text)}</li>`)}</ul>`;
}

/** Whether a run can be believed. */
export type Word = 'valid' | 'doubtful' | 'invalid';

/** The worst that can be said of a run's trials. */
export function wordOf({ trials }: Results): Word {
  const isBad = ({ outcome }: Results['trials'][number]) =>
    outcome.status === 'failed' || (outcome.status === 'completed' && outcome.validity === 'invalid');
  const isWeak = ({ outcome }: Results['trials'][number]) =>
    outcome.status === 'completed' && outcome.validity === 'doubtful';
  const completed = trials.some(({ outcome }) => outcome.status === 'completed');
  return trials.some(isBad) || !completed ? 'invalid' : trials.some(isWeak) ? 'doubtful' : 'valid';
}

/** What became of the trials, in a sentence. */
export function trialsSentence({ trials }: Results): string {
  const completed = trials.flatMap(({ outcome }) => (outcome.status === 'completed' ? [outcome] : []));
  const counts = [
    [completed.filter(({ validity }) => validity === 'invalid').length, 'invalid'],
    [completed.filter(({ validity }) => validity === 'doubtful').length, 'doubtful'],
    [trials.filter(({ outcome }) => outcome.status === 'failed').length, 'failed'],
    [trials.filter(({ outcome }) => outcome.status === 'skipped').length, 'skipped'],
  ] as const;
  const others = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  if (trials.length === 0) return 'No trial.';
  if (others.length === 0) {
    return trials.length === 1
      ? 'The one trial is valid.'
      : `All ${formatCount(trials.length, 'trial')} are valid.`;
  }
  const valid = completed.filter(({ validity }) => validity === 'valid').length;
  return `${valid} of ${formatCount(trials.length, 'trial')} ${valid === 1 ? 'is' : 'are'} valid: ${formatList(others)}.`;
}
