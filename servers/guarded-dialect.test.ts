import { expect, test } from 'vitest';
import type { Dialect, PollReply, SocketTold } from './dialect.ts';
import { AdapterError, guardedDialect } from './guarded-dialect.ts';

/** What a module of JavaScript may return, whatever the types say. */
const anything = <T>(value: unknown) => value as T;

const good = {
  publish: { path: (channel: string) => `/publish/${channel}`, carry: (frame: Buffer) => frame },
  polling: {
    path(channel: string) {
      return this.resumes ? `/poll/${channel}` : 'it has lost its this';
    },
    fields: () => ({ 'If-None-Match': '"1"' }),
    body: () => null,
    again: () => false,
    read: ({ body, start, end }: PollReply, _: unknown, told: Pick<SocketTold, 'frame'>) => {
      told.frame(body, start, end);
      return null;
    },
    resumes: true,
  },
  websocket: {
    path: () => '/socket',
    hello: () => ['hello'],
    hear: (data: Buffer, start: number, end: number, told: SocketTold) => told.frame(data, start, end),
    resumes: false,
  },
} satisfies Dialect;

function failure(call: () => unknown): unknown {
  try {
    call();
    return null;
  } catch (error) {
    return error;
  }
}

const silent: SocketTold = { frame() {}, subscribed() {}, say() {}, cursor() {} };
const reply: PollReply = { status: 200, headers: new Map(), body: Buffer.from('abc'), start: 0, end: 3 };

test('what keeps to its types passes, with its this', () => {
  const { publish, polling, websocket } = guardedDialect(good);
  const { path } = polling ?? good.polling;
  expect([publish.path('c'), path('c', null, 0), websocket?.hello?.('c')]).toEqual([
    '/publish/c',
    '/poll/c',
    ['hello'],
  ]);
  const frames: string[] = [];
  const told = {
    ...silent,
    frame: (bytes: Buffer, start: number, end: number) => frames.push(bytes.toString('utf8', start, end)),
  };
  expect(polling?.read(reply, null, told, 'c')).toBeNull();
  websocket?.hear?.(reply.body, 1, 3, told, 'c');
  expect(frames).toEqual(['abc', 'bc']);
  expect(polling).not.toHaveProperty('gone');
});

const dialect = (parts: object) => guardedDialect({ ...good, ...anything<Dialect>(parts) });
const publish = (parts: object) => dialect({ publish: { ...good.publish, ...parts } }).publish;
const polling = (parts: object) => dialect({ polling: { ...good.polling, ...parts } }).polling;
const websocket = (parts: object) => dialect({ websocket: { ...good.websocket, ...parts } }).websocket;
const hear = (say: (told: SocketTold, data: Buffer) => void) =>
  websocket({ hear: (data: Buffer, _: number, __: number, told: SocketTold) => say(told, data) })?.hear?.(
    reply.body,
    0,
    3,
    silent,
    'c',
  );

test.each<[string, () => unknown, RegExp]>([
  [
    'a path that throws',
    () => publish({ path: () => anything<{ x: () => string }>(null).x() }).path('c'),
    /^the adapter's publish\.path threw: Cannot read/,
  ],
  [
    'a path with a line feed',
    () => publish({ path: () => '/a\nb' }).path('c'),
    /^the adapter's publish\.path must return a path .*, not "\/a\\nb"$/,
  ],
  [
    'no path',
    () => polling({ path: () => undefined })?.path('c', null, 0),
    /polling\.path must return a path .*, not undefined$/,
  ],
  [
    'a promise of one',
    () => websocket({ path: async () => '/' })?.path('c', null),
    /websocket\.path must .*, not a promise \(nothing here may be async\)$/,
  ],
  [
    'fields that are none',
    () => polling({ fields: () => ({ A: 1 }) })?.fields?.(null),
    /polling\.fields must return an object of strings/,
  ],
  [
    'a field that would end the head',
    () => polling({ fields: () => ({ A: 'b\r\nC: d' }) })?.fields?.(null),
    /polling\.fields must return/,
  ],
  [
    'a body that is none',
    () => polling({ body: () => 7 })?.body?.(null, 'c'),
    /polling\.body must return a string, or null, not 7$/,
  ],
  [
    'an unclear again',
    () => polling({ again: () => 'yes' })?.again?.(null),
    /polling\.again must return true or false, not "yes"$/,
  ],
  [
    'a state that was forgotten',
    () => polling({ read() {} })?.read(reply, null, silent, 'c'),
    /polling\.read must return what to remember for the next poll, or null$/,
  ],
  [
    'a greeting that is no list',
    () => websocket({ hello: () => 'hi' })?.hello?.('c'),
    /websocket\.hello must return an array of strings, not "hi"$/,
  ],
  [
    'a text instead of its bytes',
    () => publish({ carry: () => 'text' }).carry?.(reply.body, 'c'),
    /publish\.carry must return a Buffer, not "text"$/,
  ],
  [
    'a frame that is a text',
    () => hear((told) => told.frame(anything<Buffer>('text'), 0, 4)),
    /^told\.frame needs a Buffer, .*, not "text", 0, 4$/,
  ],
  [
    'a frame beyond its bytes',
    () => hear((told, data) => told.frame(data, 0, 4)),
    /^told\.frame needs .*, not a Buffer of 3 B, 0, 4$/,
  ],
  [
    'a frame that ends before it begins',
    () => hear((told, data) => told.frame(data, 2, 1)),
    /^told\.frame needs/,
  ],
  [
    'an answer that is no text',
    () => hear((told) => told.say(anything<string>({}))),
    /^told\.say needs a string, not an object$/,
  ],
  [
    'a cursor that is a number',
    () => hear((told) => told.cursor(anything<string>(7))),
    /^told\.cursor needs a string, not 7$/,
  ],
])('%s is named in one line', (_, call, message) => {
  const error = failure(call);
  expect(error).toBeInstanceOf(AdapterError);
  expect(String(anything<Error>(error).message)).toMatch(message);
  expect(anything<Error>(error).message).not.toContain('\n');
});

test('what reading throws stays as it is: the server sent something else', () => {
  const read = () => JSON.parse('<html>');
  expect(failure(() => polling({ read })?.read(reply, null, silent, 'c'))).toBeInstanceOf(SyntaxError);
});
