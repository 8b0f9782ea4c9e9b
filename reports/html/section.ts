import type { Chart } from './chart.ts';
import type { ChartBook } from './chart-book.ts';
import { html, Markup, unbroken } from './escape.ts';

/**
 * A part of the page that answers one question. What has no data is no section: whoever would make it
 * returns `null`.
 */
export interface Section {
  /** Unique in the page; what a link names. */
  readonly id: string;
  readonly title: string;
  /** What was found, in sentences computed from the data; a tie is called one. */
  readonly finding: readonly string[];
  readonly content: readonly (Markup | Chart)[];
  /** `beside` the finding where the page is wide enough, or `below` it with all the width. */
  readonly place: 'beside' | 'below';
}

/** Draws a section; its charts go into the book. */
export async function renderSection(section: Section, book: ChartBook): Promise<Markup> {
  const { id, title, finding, content, place } = section;
  const charts = content.filter((part) => !(part instanceof Markup));
  const parts: Markup[] = [];
  // One after the other, since charts are numbered as they come.
  for (const part of content) {
    parts.push(part instanceof Markup ? part : await book.figure(part, charts.length > 1));
  }
  return html`
<section id="${id}" class="${place}">
<div class="lead"><h3>${title}</h3>${finding.map((sentence) => html`<p>${unbroken(sentence)}</p>`)}</div>
<div class="${charts.length > 1 ? 'content several' : 'content'}">${parts}</div>
</section>`;
}
