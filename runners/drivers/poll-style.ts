import type { Tuning } from '../../scenarios/schema.ts';
import type { PollDialect } from '../../servers/dialect.ts';
import { ACCEPTS_GZIP, takesCodings } from '../wire/content-coding.ts';
import type { ConnectionUse } from '../wire/http-connection.ts';
import { connectionFields, RequestHead } from '../wire/request-head.ts';
import { hostHeader } from '../wire/target.ts';
import type { DriverContext } from './driver.ts';

/** When a client polls is its driver's matter; how, its channel's. */
export interface Pollable {
  /** Asks for what is new. */
  poll(): void;
  /** Makes the poll that has become due while the one before was under way. */
  catchUp(): void;
  /** Polls after the wait that is due when a poll has failed. */
  retry(): void;
}

/** How polls and long-polls differ. One for all clients of a driver. */
export interface PollStyle {
  readonly dialectOf: (context: DriverContext) => PollDialect;
  /**
   * How long the server may hold a poll. One that is held says nothing: to know that it is back, a client
   * has its first one answered at once.
   */
  readonly holdMsOf: (tuning: Tuning) => number;
  /** Whether a connection serves the next poll too. */
  readonly reuses: (tuning: Tuning) => boolean;
  /** A poll has been answered well, or has failed with nothing to show; the next one may be made. */
  readonly onDone: (channel: Pollable, answered: boolean) => void;
}

/** What all clients of a context have in common; they may be 100,000. */
export interface Polls extends Pick<PollStyle, 'onDone'> {
  readonly dialect: PollDialect;
  readonly holdMs: number;
  readonly use: ConnectionUse;
  readonly head: RequestHead;
  /** Whether an answer may come compressed. */
  readonly takesCodings: boolean;
  /** The head of a poll that is told by its path alone. */
  readonly headFor: (channel: string, state: unknown, waitMs: number) => string;
}

/** A function that makes what the clients of a context have in common, once for each context. */
export function pollsBy(style: PollStyle): (context: DriverContext) => Polls {
  const known = new WeakMap<DriverContext, Polls>();
  return (context) => {
    const polls = known.get(context) ?? makePolls(context, style);
    known.set(context, polls);
    return polls;
  };
}

function makePolls(context: DriverContext, style: PollStyle): Polls {
  const { target, tuning, compression, headers, reconnect } = context;
  const dialect = style.dialectOf(context);
  const reuse = style.reuses(tuning);
  const accepted = compression === 'none' ? {} : ACCEPTS_GZIP;
  const head = new RequestHead(hostHeader(target), { ...connectionFields(reuse), ...accepted }, headers);
  return {
    dialect,
    holdMs: style.holdMsOf(tuning),
    onDone: style.onDone,
    // Where clients come back, they do so as the scenario says and not at once.
    use: { reuse, repeats: reconnect === null },
    head,
    takesCodings: takesCodings(compression, headers),
    headFor: latestKept((channel, state, waitMs) => head.of('GET', dialect.path(channel, state, waitMs))),
  };
}

/**
 * Keeps the latest head for whoever asks the same next, as the clients of a channel do that everyone listens to.
 * A head that is put together and written takes 0.22 µs, one that is there 0.06.
 */
function latestKept(make: Polls['headFor']): Polls['headFor'] {
  let latest = '';
  let latestChannel: string | null = null;
  let latestState: unknown = null;
  let latestWaitMs = 0;
  return (channel, state, waitMs) => {
    // What is compared is a value: a state that is an object may be another inside.
    const mayDiffer = typeof state === 'object' && state !== null;
    if (mayDiffer || state !== latestState || channel !== latestChannel || waitMs !== latestWaitMs) {
      latest = make(channel, state, waitMs);
      latestChannel = channel;
      latestState = state;
      latestWaitMs = waitMs;
    }
    return latest;
  };
}
