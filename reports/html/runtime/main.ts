import { transforms } from 'vega-dataflow';
import { axisticks, datajoin, encode, scale, sortitems, stack } from 'vega-encode';
import { expressionInterpreter } from 'vega-interpreter';
import { parse } from 'vega-parser';
import {
  aggregate,
  collect,
  extent,
  facet,
  filter,
  formula,
  multiextent,
  multivalues,
  params,
  proxy,
  relay,
  sieve,
  subflow,
  values,
} from 'vega-transforms';
import { View } from 'vega-view';
import { bound, mark, overlap, render, viewlayout } from 'vega-view-transforms';

/**
 * The script in a report: replaces each chart that was drawn when the report was made by one that
 * fits its column, answers the pointer, and fades what is not picked in the legend.
 *
 * It holds the parts of Vega that the charts use, by name, which is half of all of it. The page
 * allows no `eval`, so expressions are interpreted.
 */

Object.assign(transforms, { axisticks, datajoin, encode, scale, sortitems, stack });
Object.assign(transforms, { aggregate, collect, extent, facet, filter, formula, multiextent, multivalues });
Object.assign(transforms, { params, proxy, relay, sieve, subflow, values });
Object.assign(transforms, { bound, mark, overlap, render, viewlayout });

/** The signal of every chart that holds the picked arm; the page's own name for it. */
const PICKED = 'picked';

type Spec = Parameters<typeof parse>[0];

interface DrawnView {
  readonly holder: HTMLElement;
  readonly view: View;
}

async function main(): Promise<void> {
  const data = document.getElementById('charts')?.textContent;
  if (data === undefined || data === null) return;
  const specs = JSON.parse(data) as readonly Spec[];
  const views: DrawnView[] = [];
  for (const holder of document.querySelectorAll<HTMLElement>('[data-chart]')) {
    const spec = specs[Number(holder.dataset['chart'])];
    if (spec !== undefined) views.push({ holder, view: await draw(holder, spec) });
  }
  followWidths(views);
  listenToLegends(views);
  document.documentElement.dataset['charts'] = 'live';
}

/** Draws a chart beside the one that is there, and only then takes that away. */
async function draw(holder: HTMLElement, spec: Spec): Promise<View> {
  const stage = document.createElement('div');
  const view = new View(parse(spec, {}, { ast: true }), {
    renderer: 'svg',
    container: stage,
    hover: true,
    expr: expressionInterpreter,
  });
  view.width(holder.clientWidth);
  await view.runAsync();
  holder.replaceChildren(stage);
  return view;
}

function followWidths(views: readonly DrawnView[]): void {
  const viewOf = new Map(views.map(({ holder, view }) => [holder as Element, view]));
  const observer = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const view = viewOf.get(target);
      if (view === undefined || contentRect.width === 0 || view.width() === contentRect.width) continue;
      void view.width(contentRect.width).runAsync();
    }
  });
  for (const { holder } of views) observer.observe(holder);
}

/** A press on a name shows that arm alone in the charts of its scenario; a second press, all again. */
function listenToLegends(views: readonly DrawnView[]): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-arm]')) {
    button.disabled = false;
    button.addEventListener('click', () => {
      const section = button.closest('section');
      const pressed = button.getAttribute('aria-pressed') === 'true';
      for (const other of section?.querySelectorAll('button[data-arm]') ?? []) {
        other.setAttribute('aria-pressed', String(other === button && !pressed));
      }
      for (const { holder, view } of views) {
        if (section?.contains(holder))
          void view.signal(PICKED, pressed ? '' : button.dataset['arm']).runAsync();
      }
    });
  }
}

void main();
