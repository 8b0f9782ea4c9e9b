import { gunzipSync, gzipSync } from 'node:zlib';
import { html, Markup } from './escape.ts';
import { DATA_IDS } from './names.ts';

/**
 * Data inside a page, compressed and in base64, in an element that no browser runs or shows. The whole
 * results are among it, so that a report that was sent around can be rendered again, or compared.
 */

/** A results file of more than this is not unpacked. */
const MAX_RESULTS_BYTES = 1 << 30;

/** A page that holds no results, or damaged ones. */
export class ExtractError extends Error {
  readonly code = 'EXTRACT';
  override readonly name = 'ExtractError';
}

/** The results file, byte for byte, to be put anywhere into a page. */
export function embedResults(file: Uint8Array): Markup {
  return embedCompressed(DATA_IDS.results, file);
}

/**
 * The results file that a page holds, byte for byte as {@link embedResults} was given it.
 *
 * @throws ExtractError if there is none, or if it is damaged.
 */
export function extractResults(page: string): Buffer {
  // No text of a page can look like this: `<` in it is escaped.
  const start = page.indexOf(openingTag(DATA_IDS.results));
  if (start === -1) {
    throw new ExtractError('holds no results; name a report.html that `wirebench run` or `report` wrote');
  }
  const from = start + openingTag(DATA_IDS.results).length;
  const end = page.indexOf('<', from);
  const encoded = page.slice(from, end === -1 ? undefined : end);
  try {
    return gunzipSync(Buffer.from(encoded, 'base64'), { maxOutputLength: MAX_RESULTS_BYTES });
  } catch (cause) {
    throw new ExtractError('holds results that are damaged; take the file as it was written', { cause });
  }
}

/** Data under an id, for the page's own script. */
export function embedCompressed(id: string, data: Uint8Array | string): Markup {
  // The highest level takes 30 % longer than the default and saves 1 %: the page is sent around.
  const encoded = gzipSync(data, { level: 9 }).toString('base64');
  return html`${new Markup(openingTag(id))}${encoded}</script>`;
}

function openingTag(id: string): string {
  return `<script type="application/octet-stream" id="${id}">`;
}
