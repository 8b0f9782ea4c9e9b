import type { ServerSpec } from '../contract.ts';
import type { RuleResult } from './rule.ts';

/** How to verify. */
export interface VerifyOptions {
  /** Ends the suite; the iteration then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Runs the conformance suite against a server and yields every rule with what became of it, in
 * the order of the suite, as soon as it is known. A command is started and ended; a server that
 * does not come up is the broken rule `ready-line`, with the other rules skipped. Ends within 60 s.
 *
 * @throws only the signal's reason; whatever a server does wrong is a result
 */
export async function* verify(
  server: ServerSpec,
  options: VerifyOptions = {},
): AsyncGenerator<RuleResult, void> {
  options.signal?.throwIfAborted();
  yield { id: 'suite', title: server.name, outcome: { kind: 'skipped', reason: 'not yet' } };
}
