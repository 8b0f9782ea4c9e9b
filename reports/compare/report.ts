import { compareRuns } from './compare.ts';
import { type ComparisonOutcome, type NamedRun, outcomeOf, type RunComparison } from './comparison.ts';
import { renderComparisonCsv, renderComparisonJson } from './render/data.ts';
import { renderComparisonMarkdown } from './render/markdown.ts';
import { renderComparisonText } from './render/text.ts';

/** The formats that a comparison can have. */
export type ComparisonFormat = 'text' | 'json' | 'csv' | 'markdown' | 'html';

/** What can be said about how a comparison should look. */
export interface ComparisonOptions {
  /** ANSI colours in `text`; no other format has any. */
  readonly colour?: boolean;
}

type Render = (comparisons: readonly RunComparison[], options: ComparisonOptions) => string | Promise<string>;

const RENDERERS: Readonly<Record<ComparisonFormat, Render>> = {
  text: renderComparisonText,
  json: renderComparisonJson,
  csv: renderComparisonCsv,
  markdown: renderComparisonMarkdown,
  // Loaded when asked for, as the report's page is.
  html: async (comparisons) => (await import('./render/html.ts')).renderComparisonHtml(comparisons),
};

/** Compares runs with the first of them, in one format. */
export async function reportComparison(
  [baseline, ...others]: readonly NamedRun[],
  format: ComparisonFormat,
  options: ComparisonOptions = {},
): Promise<{ readonly text: string; readonly outcome: ComparisonOutcome }> {
  const comparisons = baseline === undefined ? [] : compareRuns(baseline, others);
  return { text: await RENDERERS[format](comparisons, options), outcome: outcomeOf(comparisons) };
}
