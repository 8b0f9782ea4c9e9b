import type { Transport } from '../contract.ts';
import type { Probe } from './probe.ts';

/** One sentence of the contract, as something that can be found broken. */
export interface Rule {
  /** Stable, kebab-case: people and scripts refer to it. */
  readonly id: string;
  /** What must hold, in one sentence. */
  readonly title: string;
  /** The transports that a server must name for the rule to apply to it. */
  readonly needs: readonly Transport[];
  /** Milliseconds that the check may take; by default {@link RULE_LIMIT_MS}. */
  readonly limitMs?: number;
  /**
   * Resolves if the rule holds.
   *
   * @throws Broken if it does not; Unverified if that could not be found out
   */
  check(probe: Probe): Promise<void>;
}

/** How long one rule may take. */
export const RULE_LIMIT_MS = 6_000;

/** What became of a rule. */
export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly reason: string; readonly evidence: readonly string[] }
  | { readonly kind: 'skipped'; readonly reason: string }
  /** It applies and nothing is wrong, but somebody should know. */
  | { readonly kind: 'note'; readonly text: string };

/** A rule and what became of it. */
export interface RuleResult {
  readonly id: string;
  readonly title: string;
  readonly outcome: Outcome;
}
