import { parse, resetSVGDefIds, View } from 'vega';
import { type Chart, compileChart, keysOf } from './chart.ts';
import { embedCompressed } from './embedded-results.ts';
import { html, Markup, unbroken } from './escape.ts';
import { DATA_IDS } from './names.ts';
import { dataTable } from './table.ts';

/**
 * The charts of one page: each is compiled to Vega, drawn once as static SVG for readers whose browser
 * runs no scripts and for paper, and kept for the script in the page to draw again.
 */
export class ChartBook {
  readonly #specs: object[] = [];

  constructor() {
    // The ids of clip paths come from one counter of the module: the same page for the same results.
    resetSVGDefIds();
  }

  /** The figure of a chart: drawing, how to read it, and its numbers as a table. */
  async figure(chart: Chart, titled: boolean): Promise<Markup> {
    const vega = compileChart(chart);
    const svg = await new View(parse(vega), { renderer: 'none' }).toSVG();
    const number = this.#specs.push(vega) - 1;
    return html`
<figure class="${chart.size}">${titled ? html`<h4>${chart.title}</h4>` : html``}
<div class="chart" role="img" aria-label="${chart.title}. ${chart.reading}" data-chart="${number}">${new Markup(slim(svg))}</div>
${keysOf(chart)}<figcaption>${unbroken(chart.reading)}</figcaption>
<details><summary>Numbers of “${chart.title}”</summary>${dataTable(chart.table)}</details></figure>`;
  }

  /** What the script in the page draws from. */
  data(): Markup {
    return embedCompressed(DATA_IDS.charts, JSON.stringify(this.#specs));
  }
}

/** What Vega writes that says what holds anyway: the page's font, the holder's label, and groups of no size. */
const IDLE_MARKUP = [
  /<path class="(?:background|foreground)"[^>]*\/>/g,
  / (?:xmlns(?::xlink)?|version|class|role|aria-[a-z]+|font-family|pointer-events)="[^"]*"/g,
  / (?:opacity|fill-opacity|stroke-opacity|stroke-width)="1"/g,
  / font-size="12px"/g,
  / font-weight="normal"/g,
  / transform="translate\(0,0\)"/g,
];

/**
 * Less than half as long: without {@link IDLE_MARKUP}, labels styled by a class, and coordinates to a tenth of a pixel. Ids get a
 * name of their own, so that the drawings of the script, which count from 0 too, never refer to these.
 */
function slim(svg: string): string {
  return IDLE_MARKUP.reduce((text, idle) => text.replaceAll(idle, ''), svg)
    .replaceAll(' fill="currentColor" fill-opacity="0.8"', ' class="l"')
    .replaceAll(/<g><\/g>/g, '')
    .replaceAll(/(?:<path d="[^"]*"( [^>]*)?\/>)(?:<path d="[^"]*"\1\/>)+/g, joined)
    .replaceAll(/<[^>]*>/g, (tag) => tag.replaceAll(/-?\d+\.\d{2,}/g, toTenths))
    .replaceAll(/(\bid="|url\(#)/g, '$1static-');
}

/** Of coordinates alone: the label 0.12 stays what it is. */
function toTenths(number: string): string {
  return String(Math.round(Number(number) * 10) / 10);
}

/** Paths that follow each other and look alike, as one; those of a chart do not overlap. */
function joined(paths: string, look = ''): string {
  const lines = [...paths.matchAll(/ d="([^"]*)"/g)].map(([, line = '']) => line);
  return `<path d="${lines.join('')}"${look}/>`;
}
