import { renderCsv } from '../../render/csv.ts';
import { renderJson } from '../../render/json.ts';
import type { Results } from '../../results/schema.ts';
import { embedCompressed, embedResults } from '../embedded-results.ts';
import { html, type Markup } from '../escape.ts';
import { DATA_IDS } from '../names.ts';

interface Download {
  readonly id: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly words: string;
}

const DOWNLOADS: readonly Download[] = [
  {
    id: DATA_IDS.summary,
    fileName: 'summary.json',
    mediaType: 'application/json',
    words: 'medians, intervals and the value of every trial',
  },
  {
    id: DATA_IDS.values,
    fileName: 'values.csv',
    mediaType: 'text/csv',
    words: 'one line per trial and metric, for a spreadsheet',
  },
  {
    id: DATA_IDS.results,
    fileName: 'results.json',
    mediaType: 'application/json',
    words: 'everything that was measured, histograms included',
  },
];

/** The data of the report, to be saved without a network. */
export function downloads(): Markup {
  return html`
<section id="downloads" aria-labelledby="downloads-title"><h2 id="downloads-title">The data</h2>
<p class="note">The whole results are in this file: <code>wirebench report --extract report.html</code> gives them back, byte for byte, also where scripts are blocked.</p>
<ul class="downloads" data-scripted hidden>${DOWNLOADS.map(
    ({ id, fileName, mediaType, words }) =>
      html`<li><button type="button" data-download="${id}" data-file-name="${fileName}" data-media-type="${mediaType}">Save ${fileName}</button> <span>${words}</span></li>`,
  )}</ul></section>`;
}

/** What the buttons save. */
export function downloadData(results: Results, source: Uint8Array): readonly Markup[] {
  return [
    embedCompressed(DATA_IDS.summary, renderJson(results)),
    embedCompressed(DATA_IDS.values, renderCsv(results)),
    embedResults(source),
  ];
}
