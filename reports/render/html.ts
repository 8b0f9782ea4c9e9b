import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { formatCount } from '../format.ts';
import { headlineOf } from '../headline.ts';
import { appendix } from '../html/appendix.ts';
import { drawCharts } from '../html/chart.ts';
import { chartsOf } from '../html/charts.ts';
import { embeddedJson, html, Markup } from '../html/escape.ts';
import { scenarioSection } from '../html/sections.ts';
import { STYLE } from '../html/style.ts';
import type { Outcome, Results } from '../results/schema.ts';
import { type ScenarioSummary, summarise } from '../summary.ts';

/** Vega's runtime and the page's own script, bundled by the build. */
const RUNTIME = new URL('../html/runtime.bundle.js', import.meta.url);

/**
 * For people: one file that asks the network for nothing, shows its charts also without scripts,
 * and runs no script but its own, which the content security policy names by hash.
 */
export async function renderHtml(results: Results): Promise<string> {
  const summaries = summarise(results);
  const charts = summaries.map(chartsOf);
  const drawn = await drawCharts(charts.flat());
  const starts = charts.map((_, index) => charts.slice(0, index).flat().length);
  const sections = summaries.map((summary, index) => {
    const first = starts[index] ?? 0;
    return scenarioSection(
      summary,
      drawn.slice(first, first + (charts[index]?.length ?? 0)),
      first,
      results.ceilings,
    );
  });
  const script = readFileSync(RUNTIME, 'utf8');
  const policy = [
    "default-src 'none'",
    `script-src '${sha256(script)}'`,
    `style-src '${sha256(STYLE)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="${results.tool.name} ${results.tool.version}">
<title>${titleOf(summaries)}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${header(results, summaries)}
<main>${sections}${appendix(results)}</main>
<script type="application/json" id="charts">${embeddedJson(drawn.map(({ vega }) => vega))}</script>
<script>${new Markup(script)}</script>
</body>
</html>
`.html;
}

function titleOf(summaries: readonly ScenarioSummary[]): string {
  return `wirebench: ${summaries.map(({ scenario }) => scenario.name).join(', ') || 'nothing measured'}`;
}

function header(results: Results, summaries: readonly ScenarioSummary[]): Markup {
  const { trials } = results;
  const count = (wanted: Outcome['status']) =>
    trials.filter(({ outcome }) => outcome.status === wanted).length;
  const others = (['failed', 'skipped'] as const).filter((status) => count(status) > 0);
  const counted =
    others.length === 0
      ? formatCount(trials.length, 'trial')
      : [
          `${count('completed')} of ${formatCount(trials.length, 'trial')} completed`,
          ...others.map((status) => `${count(status)} ${status}`),
        ].join(', ');
  const contents = summaries.map(
    (summary) =>
      html`<li><a href="#${summary.scenario.name}">${summary.scenario.name}</a> · ${headlineOf(summary)[0] ?? ''}</li>`,
  );
  return html`<header>
<p class="eyebrow">${results.tool.name} report</p>
<h1>Polling, long-polling, SSE and WebSocket on the same workload</h1>
<p class="meta">${counted}, ${results.startedAt.slice(0, 10)}, ${results.environment.cpuModel}, ${formatCount(results.environment.cores, 'core')}.
${trials.length === 0 ? 'There is no trial in this file.' : ''} <a href="#environment">How it was measured</a>, <a href="#terms">what the words mean</a>.</p>
${summaries.length > 1 ? html`<ul class="contents">${contents}</ul>` : html``}
</header>`;
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
