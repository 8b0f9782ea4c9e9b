import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { ROUTES } from '../../../servers/contract.ts';
import { GENERATOR_FLAGS } from '../../processes/child.ts';

/** Every frame has this length; the smallest is the stamp's 32 B. */
export const PAYLOAD_BYTES = 100;

/** What a generator is measured at. */
export type Load = Requests | Pushes;

/** A closed loop at saturation: every connection asks again as soon as its answer is there. */
export interface Requests {
  readonly kind: 'requests';
  readonly connections: number;
  /** Path and query, by the channel. */
  readonly path: (channel: string) => string;
}

/** What is published reaches every connection, at a rate. */
export interface Pushes {
  readonly kind: 'pushes';
  readonly connections: number;
  readonly perSecond: number;
}

/** One generator under one load. */
export interface Contender {
  readonly name: ContenderName;
  readonly load: Load;
  /** Whether it is a process of this project that hands in what it recorded. */
  readonly reports: boolean;
  /** Program and parameters against a server, on a channel of its own. */
  readonly command: (origin: URL, channel: string) => readonly string[];
}

export type ContenderName =
  | 'wrk'
  | 'h2load'
  | 'autocannon'
  | 'polling'
  | 'long-polling'
  | 'websocket'
  | 'ws'
  | 'node:net'
  | 'sse'
  | 'eventsource-parser'
  | 'websocket at 100'
  | 'websocket at 10,000'
  | 'ws at 10,000'
  | 'sse at 100'
  | 'sse at 10,000';

/**
 * Whose receive path a process of this project uses: a driver's, a public client's, or none but Node's own, which
 * is what any receiver in Node has to spend.
 */
export type Receiver = 'websocket' | 'sse' | 'ws' | 'node:net' | 'eventsource-parser';

/** Nobody waits so long: a tool without an end would outlive a bench that is killed together with its guard. */
const AT_MOST_S = 30;

const POLLS = {
  kind: 'requests',
  connections: 100,
  path: (channel: string) => `${ROUTES.poll}?channel=${channel}&after=0`,
} as const;
const LONG_POLLS = {
  ...POLLS,
  path: (channel: string) => `${ROUTES.longPoll}?channel=${channel}&after=0&wait=1000`,
} as const;
const PUSHES = { kind: 'pushes', connections: 1_000, perSecond: 40 } as const;
const FEW = { kind: 'pushes', connections: 100, perSecond: 400 } as const;
const MANY = { kind: 'pushes', connections: 10_000, perSecond: 4 } as const;

/**
 * All of them. The requests are the same bytes, `GET /poll?channel=C&after=0`, `Host` and no other
 * field, but for `user-agent` from h2load and `Connection` from autocannon, which cannot be left out.
 */
export const CONTENDERS: readonly Contender[] = [
  tool('wrk', (url) => ['wrk', '-t1', `-c${POLLS.connections}`, `-d${AT_MOST_S}s`, url]),
  tool('h2load', (url) => ['h2load', '--h1', '-t1', `-c${POLLS.connections}`, `-D${AT_MOST_S}`, url]),
  tool('autocannon', (url) => [
    process.execPath,
    createRequire(import.meta.url).resolve('autocannon/autocannon.js'),
    ...['--no-progress', '-c', `${POLLS.connections}`, '-d', `${AT_MOST_S}`, url],
  ]),
  asking('polling', POLLS),
  asking('long-polling', LONG_POLLS),
  receiving('websocket', 'websocket', PUSHES),
  receiving('ws', 'ws', PUSHES),
  receiving('node:net', 'node:net', PUSHES),
  receiving('sse', 'sse', PUSHES),
  receiving('eventsource-parser', 'eventsource-parser', PUSHES),
  receiving('websocket at 100', 'websocket', FEW),
  receiving('websocket at 10,000', 'websocket', MANY),
  receiving('ws at 10,000', 'ws', MANY),
  receiving('sse at 100', 'sse', FEW),
  receiving('sse at 10,000', 'sse', MANY),
];

function tool(name: ContenderName, parameters: (url: string) => readonly string[]): Contender {
  const command = (origin: URL, channel: string) => parameters(new URL(POLLS.path(channel), origin).href);
  return { name, load: POLLS, reports: false, command };
}

function asking(name: 'polling' | 'long-polling', load: Requests): Contender {
  const command = ({ port }: URL, channel: string) =>
    ours(GENERATOR_FLAGS, './polls-main.js', [name, load.path(channel), port, load.connections]);
  return { name, load, reports: true, command };
}

function receiving(name: ContenderName, receiver: Receiver, load: Pushes): Contender {
  // Others run as Node runs a program unless told otherwise.
  const flags = receiver === 'websocket' || receiver === 'sse' ? GENERATOR_FLAGS : [];
  const command = ({ port }: URL, channel: string) =>
    ours(flags, './pushes-main.js', [receiver, port, channel, load.connections]);
  return { name, load, reports: true, command };
}

function ours(flags: readonly string[], main: string, parameters: readonly (string | number)[]): string[] {
  return [
    process.execPath,
    ...flags,
    fileURLToPath(new URL(main, import.meta.url)),
    ...parameters.map(String),
  ];
}

/** What is not this project's, and how its version is found out; `null` where it is not installed. */
const PUBLIC: ReadonlyMap<ContenderName, () => string | null> = new Map([
  // wrk prints its version with its usage only.
  ['wrk', () => versionOfProgram('wrk', '-v')],
  ['h2load', () => versionOfProgram('h2load', '--version')],
  ['autocannon', () => versionOfPackage('autocannon')],
  ['ws', () => versionOfPackage('ws')],
  ['eventsource-parser', () => versionOfPackage('eventsource-parser')],
]);

/** The name of a contender for people, with its version if it is public; `null` if it is not installed. */
export function nameAndVersion(name: ContenderName): string | null {
  const find = PUBLIC.get(name);
  if (find === undefined) return name;
  const version = find();
  return version === null ? null : `${name} ${version}`;
}

function versionOfProgram(program: string, flag: string): string | null {
  const { error, stdout } = spawnSync(program, [flag], { encoding: 'utf8' });
  return error === undefined ? (/\d+\.\d+(?:\.\d+)?/.exec(stdout)?.[0] ?? 'of unknown version') : null;
}

function versionOfPackage(name: string): string {
  return createRequire(import.meta.url)(`${name}/package.json`).version;
}
