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

/** The parts of Vega that the charts use, by name, which is half of all of it. */

Object.assign(transforms, { axisticks, datajoin, encode, scale, sortitems, stack });
Object.assign(transforms, { aggregate, collect, extent, facet, filter, formula, multiextent, multivalues });
Object.assign(transforms, { params, proxy, relay, sieve, subflow, values });
Object.assign(transforms, { bound, mark, overlap, render, viewlayout });

/** A Vega specification, as the page holds it. */
export type Spec = Parameters<typeof parse>[0];

export type { View };

/** A view that draws SVG into an element. The page allows no `eval`, so expressions are interpreted. */
export function viewOf(spec: Spec, container: HTMLElement): View {
  return new View(parse(spec, {}, { ast: true }), {
    renderer: 'svg',
    container,
    hover: true,
    expr: expressionInterpreter,
  });
}
