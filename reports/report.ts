import { renderCsv } from './render/csv.ts';
import { renderJson } from './render/json.ts';
import { renderMarkdown } from './render/markdown.ts';
import { renderText } from './render/text.ts';
import type { Results } from './results/schema.ts';
import type { TEXT_WIDTH } from './wrap.ts';

/** The formats that a report can have. */
export const REPORT_FORMATS = ['text', 'json', 'csv', 'markdown', 'html'] as const;

/** One of {@link REPORT_FORMATS}. */
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** What can be said about how a report should look. */
export interface ReportOptions {
  /** ANSI colours in `text`; no other format has any. */
  readonly colour?: boolean;
  /** Columns of the terminal that `text` is for; never wider than {@link TEXT_WIDTH}, which it is if not said. */
  readonly width?: number;
  /** The results file byte for byte, for `html` to carry; left out, as this version would write it. */
  readonly source?: Uint8Array;
}

/** Renders results, however few of their trials completed, as a report in one format. */
export async function renderReport(
  results: Results,
  format: ReportFormat,
  options: ReportOptions = {},
): Promise<string> {
  return RENDERERS[format](results, options);
}

type Render = (results: Results, options: ReportOptions) => string | Promise<string>;

const RENDERERS: Readonly<Record<ReportFormat, Render>> = {
  text: renderText,
  json: renderJson,
  csv: renderCsv,
  markdown: renderMarkdown,
  // Loaded when asked for: Vega takes longer to load than all other formats take to render.
  html: async (results, { source }) => (await import('./render/html.ts')).renderHtml(results, source),
};
