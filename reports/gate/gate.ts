import type { Transport } from '../../servers/contract.ts';
import { formatQuantity } from '../format.ts';
import { METRICS, type MetricId } from '../metrics.ts';
import type { Objective, Relation } from '../objectives.ts';
import { defaultMargin, floorOf } from './margins.ts';

/** One question of a check: may this metric of this arm be what it is? */
export interface Gate {
  readonly scenario: string;
  readonly transport: Transport;
  readonly metric: MetricId;
  /** `<=`: more is worse. */
  readonly relation: Relation;
  readonly limit: Limit;
}

/** What a metric is held to: the baseline and a change, or a number. */
export type Limit =
  | {
      readonly kind: 'relative';
      /** Of the baseline: 0.1 for 10 % more, −0.05 for 5 % less. */
      readonly change: number;
      /** Nor is a change below this one, in the metric's unit, held against the candidate. */
      readonly floor: number;
    }
  | {
      readonly kind: 'absolute';
      /** In the metric's unit. */
      readonly value: number;
    };

/** A gate and what was measured for it. */
export interface GateTrials {
  readonly gate: Gate;
  /** One number a block, in the order of blocks; as many as of the candidate, or none where the limit is absolute. */
  readonly baseline: readonly number[];
  readonly candidate: readonly number[];
}

/** Scenario and transport, which the gates of an arm share. */
export type ArmNames = Pick<Gate, 'scenario' | 'transport'>;

/** The gate of a metric with its default margin, in the direction in which the metric gets worse. */
export function defaultGate(metric: MetricId, { scenario, transport }: ArmNames): Gate {
  const share = defaultMargin(metric);
  const more = METRICS[metric].better === 'higher';
  return {
    scenario,
    transport,
    metric,
    relation: more ? '>=' : '<=',
    limit: { kind: 'relative', change: more ? -share : share, floor: floorOf(metric) },
  };
}

/** The gate that an objective asks of an arm, whichever transport it names. */
export function gateOf({ metric, relation, bound }: Objective, { scenario, transport }: ArmNames): Gate {
  const limit: Limit =
    bound.kind === 'absolute'
      ? { kind: 'absolute', value: bound.amount }
      : { kind: 'relative', change: bound.change, floor: floorOf(metric) };
  return { scenario, transport, metric, relation, limit };
}

/** What a default check asks of every arm. */
export const DEFAULT_METRICS = [
  'latency.p50',
  'latency.p99',
  'delivered.perSecond',
  'bytes.perMessage',
  'server.cpuUsPerMessage',
] as const satisfies readonly MetricId[];

/** What a gate is called wherever it is named; a metric may be held to its baseline and to a number. */
export function gateName({ scenario, transport, metric, relation, limit }: Gate): string {
  const name = `${scenario} · ${transport} · ${metric}`;
  return limit.kind === 'relative'
    ? name
    : `${name} ${relation} ${formatQuantity(limit.value, METRICS[metric].unit)}`;
}
