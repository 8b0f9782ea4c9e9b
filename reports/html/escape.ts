import { visible } from '../visible.ts';

/** Text that is HTML already. */
export class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

type Part = string | number | Markup | readonly Markup[];

/**
 * HTML from a template: every string put into it is text, whatever it holds; only {@link Markup}
 * is taken as markup. So nothing from a results file can become part of the page's structure.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((text, index) => text + markupOf(parts[index] ?? '')).join(''));
}

function markupOf(part: Part): string {
  if (part instanceof Markup) return part.html;
  if (typeof part === 'object') return part.map((markup) => markup.html).join('');
  return visible(String(part))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Keeps a number and its unit on one line. */
export function unbroken(sentence: string): string {
  return sentence.replaceAll(/(\d) (?=[µmsBkMG%])/g, '$1\u00a0');
}
