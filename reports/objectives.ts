import { show } from '../scenarios/explain.ts';
import { suggest } from '../scenarios/nearest.ts';
import { isTransport, TRANSPORTS, type Transport } from '../servers/contract.ts';
import { formatList, formatNumber, formatQuantity } from './format.ts';
import { METRIC_IDS, METRICS, type MetricId, type Unit } from './metrics.ts';

/** How a number is held against its bound. */
export type Relation = '<=' | '>=' | '<' | '>';

/** What a number is held against. */
export type Bound =
  /** An amount in the metric's own unit: µs, B, 1/s, %, or a count. */
  | { readonly kind: 'absolute'; readonly amount: number }
  /** A change against a baseline: 0.01 for `+1%`, −0.05 for `-5%`. */
  | { readonly kind: 'relative'; readonly change: number };

/** What a metric is to be, such as `websocket latency.p99 <= 50ms` or `bytes.perMessage <= +1%`. */
export interface Objective {
  /** The transport that it is about; `null` for every one. */
  readonly transport: Transport | null;
  readonly metric: MetricId;
  readonly relation: Relation;
  readonly bound: Bound;
}

/** An objective that cannot be read; the message is one line and says what to write instead. */
export class ObjectiveError extends Error {
  override readonly name = 'ObjectiveError';
  readonly code = 'OBJECTIVE';
}

/** What one of each unit that may be written is in the metric's own; the first is the example in errors. */
const UNITS: Readonly<Record<Unit, Readonly<Record<string, number>>>> = {
  // People type u, and µ has two code points.
  µs: { ms: 1_000, us: 1, s: 1_000_000, µs: 1, μs: 1 },
  B: { B: 1, kB: 1_000, MB: 1_000_000, GB: 1_000_000_000 },
  '1/s': { '/s': 1, '1/s': 1 },
  '%': { '%': 1 },
  count: { '': 1 },
};

/** Longer than any that means something. */
const MAX_LENGTH = 200;

const GRAMMAR = /^(?:(\S+)\s+)?([^\s<>=]+)\s*(<=|>=|<|>)\s*([+-]?)(\d+(?:\.\d+)?)\s*(\S*)$/;

/**
 * Reads an objective: `[transport] metric relation amount`, with spaces or without. The amount has the
 * metric's unit or one that converts to it; with a sign and in per cent, it is a change against a baseline.
 *
 * @throws ObjectiveError
 */
export function parseObjective(text: string): Objective {
  const [, transport, metric, relation, sign, digits, unit] =
    (text.length > MAX_LENGTH ? null : GRAMMAR.exec(text.trim())) ?? [];
  if (metric === undefined || digits === undefined || unit === undefined) {
    throw new ObjectiveError(`${show(text)} is no objective; write one such as "latency.p99 <= 100ms"`);
  }
  if (transport !== undefined && !isTransport(transport)) {
    throw refused(text, `there is no transport ${show(transport)}; ${suggest(transport, TRANSPORTS)}`);
  }
  if (!isMetricId(metric)) {
    throw refused(text, `there is no metric ${show(metric)}; ${nearestMetric(metric)}`);
  }
  return {
    transport: transport ?? null,
    metric,
    // The expression knows no other.
    relation: relation as Relation,
    bound:
      sign === '' ? absolute(text, metric, Number(digits), unit) : relative(text, `${sign}${digits}`, unit),
  };
}

/** The objective as people write it: `sse latency.p99 <= 50 ms`. */
export function formatObjective(objective: Objective): string {
  const { transport, metric } = objective;
  return `${transport === null ? '' : `${transport} `}${metric} ${formatBound(objective)}`;
}

/** What the metric of an objective is to be: `<= 50 ms`. */
export function formatBound({ metric, relation, bound }: Objective): string {
  const amount =
    bound.kind === 'absolute'
      ? formatQuantity(bound.amount, METRICS[metric].unit)
      : `${bound.change < 0 ? '-' : '+'}${formatNumber(Math.abs(bound.change) * 100)} %`;
  return `${relation} ${amount}`;
}

/**
 * Whether a number keeps an objective.
 *
 * @param baseline what a relative bound is a change of, in the metric's unit.
 */
export function keeps({ relation, bound }: Objective, value: number, baseline: number): boolean {
  const limit = bound.kind === 'absolute' ? bound.amount : baseline * (1 + bound.change);
  switch (relation) {
    case '<=':
      return value <= limit;
    case '>=':
      return value >= limit;
    case '<':
      return value < limit;
    case '>':
      return value > limit;
  }
}

function isMetricId(name: string): name is MetricId {
  return Object.hasOwn(METRICS, name);
}

/** The nearest id; those of its family where the word is near none; the families where it has none. */
function nearestMetric(name: string): string {
  const near = suggest(name, METRIC_IDS);
  if (near.startsWith('did')) return near;
  const family = `${name.split('.', 1).join('')}.`;
  const siblings = METRIC_IDS.filter((id) => id.startsWith(family));
  if (siblings.length > 0) return `use one of ${siblings.join(', ')}`;
  const families = new Set(METRIC_IDS.map((id) => `${id.split('.', 1).join('')}.…`));
  return `use one of ${[...families].join(', ')}`;
}

function absolute(text: string, metric: MetricId, amount: number, unit: string): Bound {
  const own = METRICS[metric].unit;
  const units = UNITS[own];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (factor === undefined) {
    throw refused(
      text,
      `${metric} ${unitAdvice(own)}, ${unit === '' ? 'and there is none' : `not ${show(unit)}`}`,
    );
  }
  // 0.3 × 1,000,000 is a hair below 300,000 in floating point.
  const converted = Number((amount * factor).toPrecision(15));
  if (!Number.isSafeInteger(Math.ceil(converted))) throw refused(text, 'the amount is too large');
  return { kind: 'absolute', amount: converted };
}

function relative(text: string, percent: string, unit: string): Bound {
  if (unit !== '%') {
    throw refused(
      text,
      `a change is given in %, as in "+1%", ${unit === '' ? 'and there is no unit' : `not in ${show(unit)}`}`,
    );
  }
  const change = Number((Number(percent) / 100).toPrecision(15));
  if (!Number.isSafeInteger(Math.ceil(Math.abs(change)))) throw refused(text, 'the change is too large');
  // A metric that lost more than all of itself would be negative, and none is.
  if (change < -1) throw refused(text, 'nothing can be lower by more than 100 %');
  return { kind: 'relative', change };
}

function unitAdvice(unit: Unit): string {
  if (unit === 'count') return 'is a count and takes no unit';
  const known = Object.keys(UNITS[unit]).filter((name) => name !== 'μs');
  return known.length === 1
    ? `needs the unit ${known[0]}`
    : `needs a unit: ${formatList(known).replace(' and ', ' or ')}`;
}

function refused(text: string, reason: string): ObjectiveError {
  return new ObjectiveError(`${show(text)}: ${reason}`);
}
