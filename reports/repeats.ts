import type { Results, Trial, WarningCode } from './results/schema.ts';

/** What was measured again because the harness or the machine had spoiled it: which it is, and how it is told. */

/** What the harness or the machine does to a trial, whatever is being measured. */
const HARNESS: ReadonlySet<WarningCode> = new Set(['late-generator', 'busy-generator']);

/** Beside these the server may be what kept the generator from its cores. */
const SERVER: ReadonlySet<WarningCode> = new Set(['busy-server', 'crowded-cores']);

/** How a trial stands, as far as repeating it goes. */
export type Soundness = 'sound' | 'spoiled' | 'wrong';

/**
 * Whether a trial is sound, was *spoiled* by something that says nothing of the server, or went *wrong*
 * in a way that may be the server's: it failed, lost messages, met errors, or was too much for the machine.
 */
export function soundnessOf({ outcome }: Trial): Soundness {
  // A transport that a server does not have was not measured: there is nothing to spoil.
  if (outcome.status === 'skipped') return 'sound';
  if (outcome.status === 'failed') return 'wrong';
  if (outcome.validity !== 'invalid') return 'sound';
  const { warnings } = outcome;
  const spoiled = warnings.every(({ level, code }) => {
    return level === 'invalid' ? HARNESS.has(code) : !SERVER.has(code);
  });
  return spoiled ? 'spoiled' : 'wrong';
}

/** A block that was measured again, and what had spoiled it. */
export interface Repeat {
  /** From 0. */
  readonly block: number;
  /** Each with scenario, transport and server. */
  readonly reasons: readonly string[];
}

/** What a run has measured again, in the order in which it did. */
export function repeatsOf({ repeated = [] }: Pick<Results, 'repeated'>): Repeat[] {
  return repeated.map(({ block, trials }) => ({ block, reasons: trials.flatMap(reasonsOf) }));
}

/** A repeat in one sentence, without its full stop. */
export function describeRepeat({ block, reasons }: Repeat): string {
  return `Block ${block + 1} was measured again: ${reasons.join('; ')}`;
}

function reasonsOf({ scenario, transport, server, outcome }: Trial): string[] {
  if (outcome.status !== 'completed') return [];
  return outcome.warnings
    .filter(({ level }) => level === 'invalid')
    .map(({ code, message }) => `${scenario.name} · ${transport} · ${server}: ${code}: ${message}`);
}
