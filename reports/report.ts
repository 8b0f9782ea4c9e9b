import { renderCsv } from './render/csv.ts';
import { renderHtml } from './render/html.ts';
import { renderJson } from './render/json.ts';
import { renderMarkdown } from './render/markdown.ts';
import { renderText } from './render/text.ts';
import type { Results } from './results/schema.ts';

/** The formats that a report can have. */
export const REPORT_FORMATS = ['text', 'json', 'csv', 'markdown', 'html'] as const;

/** One of {@link REPORT_FORMATS}. */
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** What can be said about how a report should look. */
export interface ReportOptions {
  /** ANSI colours in `text`; no other format has any. */
  readonly colour?: boolean;
}

/** Renders results, in any state of completeness, as a report in one format. */
export function renderReport(results: Results, format: ReportFormat, options: ReportOptions = {}): string {
  return RENDERERS[format](results, options);
}

const RENDERERS: Readonly<Record<ReportFormat, (results: Results, options: ReportOptions) => string>> = {
  text: renderText,
  json: renderJson,
  csv: renderCsv,
  markdown: renderMarkdown,
  html: renderHtml,
};
