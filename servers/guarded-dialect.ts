import type { Dialect, PollDialect, SocketDialect, SocketTold, StreamDialect } from './dialect.ts';
import { beginningOf, withoutSecrets } from './secrets.ts';

/** An adapter that says what makes no sense; `message` names the function and what it should have done, in one line. */
export class AdapterError extends Error {
  override readonly name = 'AdapterError';
  readonly code = 'ADAPTER';
}

/**
 * A dialect whose functions are held to their types, since nobody else does that in a module of JavaScript.
 * They keep their `this`. What {@link PollDialect.read} and `hear` throw stays as it is: mostly it is the
 * server that cannot be read.
 *
 * @throws AdapterError, when a function is called that throws or returns something else than it should.
 */
export function guardedDialect(dialect: Dialect): Dialect {
  const { publish, polling, newest, sse, websocket, accepted, echo } = dialect;
  const longPolling = dialect['long-polling'];
  return {
    publish: { ...publish, ...held('publish', publish, { path: aPath, carry: aBuffer }) },
    ...(polling && { polling: poll('polling', polling) }),
    ...(longPolling && { 'long-polling': poll('long-polling', longPolling) }),
    ...(newest && { newest: poll('newest', newest) }),
    ...(sse && { sse: stream('sse', sse) }),
    ...(websocket && { websocket: socket('websocket', websocket) }),
    ...(accepted && { accepted: { path: accepted.path, read: accepted.read.bind(accepted) } }),
    ...(echo && { echo: { ...echo, ...(echo.socket && { socket: socket('echo.socket', echo.socket) }) } }),
  };
}

function poll(name: string, words: PollDialect): PollDialect {
  const expected = { path: aPath, fields: someFields, body: aTextOrNull, again: aBoolean };
  return {
    ...words,
    ...held(name, words, expected),
    read(reply, state, told, channel) {
      const next = words.read(reply, state, checkedTold(told as SocketTold), channel);
      if (next !== undefined) return next;
      throw new AdapterError(
        `the adapter's ${name}.read must return what to remember for the next poll, or null`,
      );
    },
  };
}

function stream(name: string, words: StreamDialect): StreamDialect {
  const { hear } = words;
  return {
    ...words,
    ...held(name, words, { path: aPath }),
    ...(hear && {
      hear: (data, start, end, told, channel) =>
        hear.call(words, data, start, end, checkedTold(told as SocketTold), channel),
    }),
  };
}

function socket(name: string, words: SocketDialect): SocketDialect {
  const { hear } = words;
  return {
    ...words,
    ...held(name, words, { path: aPath, hello: someTexts, carry: aBuffer }),
    ...(hear && {
      hear: (data, start, end, told, channel) =>
        hear.call(words, data, start, end, checkedTold(told), channel),
    }),
  };
}

/** What a function must return, in words, and whether it did. */
interface Expected {
  readonly what: string;
  readonly is: (value: unknown) => boolean;
}

const isText = (value: unknown) => typeof value === 'string';
const aPath: Expected = {
  what: 'a path that begins with "/" and is ASCII without blanks (encodeURIComponent helps)',
  is: (value) => isText(value) && /^\/[!-~]*$/.test(value as string),
};
const aBuffer: Expected = { what: 'a Buffer', is: (value) => Buffer.isBuffer(value) };
const aBoolean: Expected = { what: 'true or false', is: (value) => typeof value === 'boolean' };
const aTextOrNull: Expected = { what: 'a string, or null', is: (value) => value === null || isText(value) };
const someTexts: Expected = {
  what: 'an array of strings',
  is: (value) => Array.isArray(value) && value.every(isText),
};
const someFields: Expected = {
  what: 'an object of strings, which header fields can have',
  is: (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((field) => isText(field) && !/[\r\n\0]/.test(field)),
};

/** Those of some functions that there are, each with its `this` and held to what it must return. */
function held<Words extends object>(
  name: string,
  words: Words,
  expected: Readonly<Partial<Record<keyof Words, Expected>>>,
): Partial<Words> {
  const names = Object.keys(expected) as (keyof Words & string)[];
  return Object.fromEntries(
    names.flatMap((key) => {
      const [function_, must] = [words[key], expected[key]];
      if (typeof function_ !== 'function' || must === undefined) return [];
      return [
        [key, (...given: unknown[]) => holdTo(must, `${name}.${key}`, () => function_.apply(words, given))],
      ];
    }),
  ) as Partial<Words>;
}

function holdTo({ what, is }: Expected, name: string, call: () => unknown): unknown {
  let value: unknown;
  try {
    value = call();
  } catch (error) {
    throw new AdapterError(`the adapter's ${name} threw: ${oneLine(error)}`, { cause: error });
  }
  if (is(value)) return value;
  throw new AdapterError(`the adapter's ${name} must return ${what}, not ${shown(value)}`);
}

/** One for each that an adapter tells: a client keeps the same for all that it hears. */
const checked = new WeakMap<object, SocketTold>();

function checkedTold(told: SocketTold): SocketTold {
  const known = checked.get(told);
  if (known !== undefined) return known;
  const held: SocketTold = {
    frame(bytes, start, end) {
      const within = Buffer.isBuffer(bytes) && Number.isInteger(start) && start >= 0 && end <= bytes.length;
      if (!within || !Number.isInteger(end) || end < start) {
        const given = [bytes, start, end].map(shown).join(', ');
        throw new AdapterError(`told.frame needs a Buffer, and a start and an end within it, not ${given}`);
      }
      told.frame(bytes, start, end);
    },
    subscribed: () => told.subscribed(),
    say(text) {
      if (!isText(text)) throw new AdapterError(`told.say needs a string, not ${shown(text)}`);
      told.say(text);
    },
    cursor(after) {
      if (!isText(after)) throw new AdapterError(`told.cursor needs a string, not ${shown(after)}`);
      told.cursor(after);
    },
  };
  checked.set(told, held);
  return held;
}

/** A value for people, in a few characters. */
function shown(value: unknown): string {
  if (typeof value === 'string') {
    const clean = withoutSecrets(value);
    return JSON.stringify(clean.length > 60 ? `${clean.slice(0, 60)}…` : clean);
  }
  if (typeof value === 'function') return 'a function';
  if (value instanceof Promise) return 'a promise (nothing here may be async)';
  if (Buffer.isBuffer(value)) return `a Buffer of ${value.length} B`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return String(value);
}

function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return beginningOf(message, 300).replaceAll(/\s+/g, ' ');
}
