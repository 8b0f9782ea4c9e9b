import { performance } from 'node:perf_hooks';
import { type ServerSpec, STOP_WITHIN_MS, verifies } from '../contract.ts';
import type { Dialect } from '../dialect.ts';
import { AdapterError, guardedDialect } from '../guarded-dialect.ts';
import { LaunchError, launch, type RunningServer } from '../launch.ts';
import { inWords } from '../process-group.ts';
import { filledIn, headersOf, keepSecrets, withoutSecrets } from '../secrets.ts';
import { openingIn } from './adapted/opening.ts';
import { AdaptedProbe } from './adapted/probe.ts';
import { ADAPTED_RULES } from './adapted/rules.ts';
import { pause, within } from './client/limits.ts';
import type { Peer } from './client/peer.ts';
import { type DeepChannel, fillDeepChannel } from './deep-channel.ts';
import { Probe } from './probe.ts';
import { closedBecause } from './reach.ts';
import { type Outcome, RULE_LIMIT_MS, type Rule, type RuleResult } from './rule.ts';
import { checkStop, notReady, READY_RULE, STOP_RULE } from './rules/lifecycle.ts';
import { RULES } from './suite.ts';
import { Broken, Unverified } from './verdict.ts';

/** How to verify. */
export interface VerifyOptions {
  /** Ends the suite; the iteration then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Only these rules, by id; by default all. The server's start and end are always part of it. */
  readonly only?: readonly string[];
  /** How long the suite may take at most, in milliseconds; by default {@link SUITE_WITHIN_MS}. */
  readonly withinMs?: number;
}

/** The suite ends within this long, whatever a server does, in milliseconds. */
export const SUITE_WITHIN_MS = 60_000;

/** Left for ending the server, and for this process to come round to it. */
const END_MS = STOP_WITHIN_MS + 3_000;

const OUT_OF_TIME = 'the time of the suite was over';

/**
 * Runs the conformance suite against a server and yields every rule with what became of it, in
 * the order of the suite, as soon as it is known.
 *
 * A command is started and ended; a server that does not come up is the broken rule `ready-line`,
 * with the other rules skipped. Rules of transports that the server does not name are skipped.
 * Ends in time, whatever the server does; what there is no time for is skipped. No process is left,
 * also when the iteration is given up half-way. What a server says of the secrets in its headers is
 * taken out of the results.
 *
 * @throws only the signal's reason; whatever a server does wrong is a result
 */
export async function* verify(
  spec: ServerSpec,
  options: VerifyOptions = {},
): AsyncGenerator<RuleResult, void, void> {
  keepSecrets(headersOf(spec));
  for await (const result of suite(spec, options)) {
    yield { ...result, outcome: cleaned(result.outcome) };
  }
}

function cleaned(outcome: Outcome): Outcome {
  switch (outcome.kind) {
    case 'passed':
      return outcome;
    case 'failed':
      return {
        ...outcome,
        reason: withoutSecrets(outcome.reason),
        evidence: outcome.evidence.map(withoutSecrets),
      };
    case 'skipped':
      return { ...outcome, reason: withoutSecrets(outcome.reason) };
    case 'note':
      return { ...outcome, text: withoutSecrets(outcome.text) };
  }
}

async function* suite(
  spec: ServerSpec,
  { signal, only, withinMs = SUITE_WITHIN_MS }: VerifyOptions,
): AsyncGenerator<RuleResult, void, void> {
  const rules = RULES.filter(({ id }) => only === undefined || only.includes(id));
  const endAt = performance.now() + withinMs - END_MS;
  const dialect = await dialectIn(spec);
  let server: RunningServer;
  try {
    server = await launch(spec, { ...(signal && { signal }) });
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    yield* absent(notReady(error), rules, 'the server did not come up');
    return;
  }
  const peer = { origin: server.origin, headers: filledIn(headersOf(spec)), verify: verifies(spec) };
  try {
    const closed = 'url' in spec || spec.headers !== undefined ? await closedBecause(peer, dialect) : null;
    if (closed !== null) {
      yield* absent({ kind: 'failed', reason: closed, evidence: [] }, rules, 'the server lets nobody in');
      return;
    }
    yield result(READY_RULE, 'command' in spec ? { kind: 'passed' } : skipped('the server runs already'));
    yield* checkRules(server, peer, dialect, rules, endAt, signal);
    yield result(STOP_RULE, await checkStop(server, peer, dialect === null ? undefined : openingIn(dialect)));
  } finally {
    await server.stop();
  }
}

/** What there is to say of a server that is not there: nothing but that. */
function* absent(
  outcome: Outcome,
  rules: readonly Rule[],
  reason: string,
): Generator<RuleResult, void, void> {
  yield result(READY_RULE, outcome);
  for (const rule of [...rules, STOP_RULE]) yield result(rule, skipped(reason));
}

/** How a server is spoken to that has an adapter; `null`: as the contract says. */
async function dialectIn({ adapter }: ServerSpec): Promise<Dialect | null> {
  if (adapter === undefined) return null;
  const module: { default: { speaks?: Dialect } } = await import(adapter);
  const { speaks } = module.default;
  return speaks === undefined ? null : guardedDialect(speaks);
}

/** A rule that was written for the contract and cannot be put in the words of an adapter. */
const NO_WORDS = 'the server has a dialect of its own, and its adapter has no words for this';

async function* checkRules(
  server: RunningServer,
  peer: Peer,
  dialect: Dialect | null,
  rules: readonly Rule[],
  endAt: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<RuleResult, void, void> {
  const { transports } = server;
  let deepChannel: Promise<DeepChannel> | undefined;
  const fillOnce = () => {
    deepChannel ??= fillDeepChannel(peer, `verify-deep-${process.pid}-${Date.now()}`);
    return deepChannel;
  };
  let ended: string | null = null;
  server.exited.then((exit) => {
    ended = inWords(exit);
  });
  const aborted = rejection(signal);

  for (const rule of rules) {
    const missing = rule.needs.filter((transport) => !transports.includes(transport));
    const leftMs = endAt - performance.now();
    const adapted = dialect === null ? null : ADAPTED_RULES.get(rule.id);
    if (missing.length > 0) yield result(rule, skipped(`the server does not name ${missing.join(', ')}`));
    else if (adapted === undefined) yield result(rule, skipped(NO_WORDS));
    else if (ended !== null) yield result(rule, skipped(`the server ${ended}`));
    else if (leftMs < 500) yield result(rule, skipped(OUT_OF_TIME));
    else {
      const checking =
        adapted === null || dialect === null
          ? begin(rule, new Probe(peer, transports, fillOnce), rule.check, leftMs)
          : begin(rule, new AdaptedProbe(peer, transports, dialect), adapted, leftMs);
      const outcome = await outcomeOf(Promise.race([checking.done, aborted]), checking.probe);
      // A connection that breaks off is seen a moment before the end of the process that held it.
      if (outcome.kind === 'failed') await Promise.race([server.exited, pause(100)]);
      yield result(rule, ended === null ? outcome : failedByEnding(outcome, ended, server.log()));
    }
  }
}

function failedByEnding(outcome: Outcome, ended: string, log: readonly string[]): Outcome {
  const seen = outcome.kind === 'failed' ? [outcome.reason, ...outcome.evidence] : [];
  return {
    kind: 'failed',
    reason: `the server ${ended} while this was checked`,
    evidence: [...seen, ...log],
  };
}

/** What a check opens, and what it has to say beside its verdict. */
type Checked = Pick<Probe, 'notes' | 'close'>;

function begin<P extends Checked>(
  { limitMs = RULE_LIMIT_MS }: Rule,
  probe: P,
  check: (probe: P) => Promise<void>,
  leftMs: number,
): { probe: Checked; done: Promise<void> } {
  const checked = check(probe);
  checked.catch(() => {}); // It fails once more when its connections are closed, after its time was over.
  if (limitMs <= leftMs) return { probe, done: within(limitMs, 'end of this check', checked) };
  // The server may merely be slow: a rule that did not get its time is not broken.
  return { probe, done: within(leftMs, 'end of this check', checked, () => new Unverified(OUT_OF_TIME)) };
}

async function outcomeOf(checked: Promise<unknown>, probe: Checked): Promise<Outcome> {
  try {
    await checked;
    return probe.notes.length > 0 ? { kind: 'note', text: probe.notes.join('; ') } : { kind: 'passed' };
  } catch (error) {
    if (error instanceof Broken) return { kind: 'failed', reason: error.message, evidence: error.evidence };
    if (error instanceof Unverified) return skipped(error.message);
    if (error instanceof AdapterError) return { kind: 'failed', reason: error.message, evidence: [] };
    throw error;
  } finally {
    probe.close();
  }
}

/** Rejects when the signal is aborted; never settles otherwise. */
function rejection(signal: AbortSignal | undefined): Promise<never> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => {}); // Nobody may be waiting at that instant.
  return aborted;
}

function result({ id, title }: Pick<Rule, 'id' | 'title'>, outcome: Outcome): RuleResult {
  return { id, title, outcome };
}

function skipped(reason: string): Outcome {
  return { kind: 'skipped', reason };
}
