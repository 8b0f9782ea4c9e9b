import { capacityChapters, capacityHead, isOnlyCapacity } from '../html/capacity.ts';
import { chapter } from '../html/chapter.ts';
import { ChartBook } from '../html/chart-book.ts';
import { html, type Markup } from '../html/escape.ts';
import { bundledScript, renderPage } from '../html/page.ts';
import { downloadData, downloads } from '../html/sections/downloads.ts';
import { method } from '../html/sections/method.ts';
import { verdict } from '../html/sections/verdict.ts';
import type { Results } from '../results/schema.ts';
import { resultsText } from '../results/write.ts';
import { summarise } from '../summary.ts';

/**
 * For people: one file that is read offline, also with scripts blocked, and that carries the results.
 *
 * @param source the results file byte for byte; left out, as this version would write it.
 */
export async function renderHtml(results: Results, source?: Uint8Array): Promise<string> {
  const summaries = summarise(results);
  const book = new ChartBook();
  const chapters: Markup[] = [];
  for (const summary of summaries) chapters.push(await chapter(summary, results, book));
  chapters.push(...(await capacityChapters(results, book)));
  return renderPage({
    title: `wirebench: ${summaries.map(({ scenario }) => scenario.name).join(', ') || 'nothing measured'}`,
    generator: `${results.tool.name} ${results.tool.version}`,
    header: isOnlyCapacity(results) ? capacityHead(results) : verdict(results, summaries),
    main: html`${chapters}${method(results)}${downloads()}`,
    data: [book.data(), ...downloadData(results, source ?? Buffer.from(resultsText(results)))],
    scripts: [bundledScript('charts')],
    asksItsServer: false,
  });
}
