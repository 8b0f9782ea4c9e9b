import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { type ServerSpec, TRANSPORTS, type Transport } from './contract.ts';
import type { Dialect } from './dialect.ts';
import { transportsOf } from './dialect.ts';
import {
  checked,
  commandFields,
  headers,
  name,
  originFields,
  readServerFile,
  ServerFileError,
} from './server-file.ts';

/** What every server module says. */
interface Common {
  readonly name: string;
  /** How the server is spoken to; by default as the contract says. */
  readonly speaks?: Dialect;
  /** Added to every request; `${ENV:NAME}` in a value stands for the environment's. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server that the harness starts and that prints the contract's ready line. */
export interface StartedModule extends Common {
  /** Program and arguments, run without a shell. */
  readonly command: readonly [string, ...string[]];
  /** Folder to run it in, relative to the module; by default the module's own. */
  readonly cwd?: string;
  /** Added to the harness's own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A server that the harness starts in a new folder, with these files, and that is ready when it accepts connections. */
export interface PlacedModule extends Common {
  readonly command: readonly [string, ...string[]];
  readonly files: Extract<ServerSpec, { files: unknown }>['files'];
  /** Whether the files make it serve over TLS where that is asked for; by default not. */
  readonly tls?: boolean;
}

/** A server that runs already. */
export interface RunningModule extends Common {
  /** Its origin. */
  readonly url: string;
  /** By default all that it has words for. */
  readonly transports?: readonly Transport[];
  /** Whether its certificate is checked; by default it is. */
  readonly tls?: { readonly verify: boolean };
}

/** What a server module exports by default. */
export type ServerModule = StartedModule | PlacedModule | RunningModule;

/**
 * Gives a server module its types in an editor; it returns its argument. The module is checked when
 * it is used. Every process of a generator imports it, so it should do nothing but say what is.
 *
 * ```js
 * import { defineServer } from 'wirebench';
 * export default defineServer({ name: 'mine', command: ['my-server'], speaks: { … } });
 * ```
 */
export function defineServer<const Module extends ServerModule>(module: Module): Module {
  return module;
}

/**
 * Checks what a server module exports by default.
 *
 * @param file absolute path of the module.
 * @throws ServerFileError that names the field.
 */
export function serverOf(value: unknown, file: string): ServerSpec {
  if (typeof value !== 'object' || value === null) {
    const problem = 'must export one object by default, with "name", and "command" or "url"';
    throw new ServerFileError('invalid', file, null, problem);
  }
  const module = value as ServerModule;
  if ('command' in module && 'url' in module) {
    const problem = 'excludes "command": start a server or name a running one';
    throw new ServerFileError('invalid', file, 'url', problem);
  }
  const dialect = module.speaks === undefined ? undefined : checkedDialect(file, module);
  const adapter = dialect === undefined ? {} : { adapter: pathToFileURL(file).href };
  const known: readonly Transport[] = dialect === undefined ? TRANSPORTS : transportsOf(dialect);
  if ('url' in module) {
    const { speaks: _, url, transports = known, ...rest } = checked(runningModule, file, value);
    return {
      ...rest,
      url: new URL(url).origin,
      transports: known.filter((each) => transports.includes(each)),
      ...adapter,
    };
  }
  if ('files' in module) {
    const { speaks: _, ...rest } = checked(placedModule, file, value);
    return { ...rest, files: module.files, transports: known, ...adapter };
  }
  const { speaks: _, cwd, ...rest } = checked(startedModule, file, value);
  return { ...rest, cwd: resolve(dirname(file), cwd), ...adapter };
}

/**
 * A server whose words are those of the contract, complete: `cwd` is relative to `folder`, and what is not said
 * of a server is as in a module.
 */
export function specOf(server: ServerSpec | ServerModule, folder: string): ServerSpec {
  const { speaks: _, ...said } = server as ServerModule;
  if ('url' in said) return { transports: TRANSPORTS, ...said };
  if ('files' in said) return { transports: TRANSPORTS, tls: false, ...said };
  return { env: {}, ...said, cwd: resolve(folder, said.cwd ?? '.') };
}

/**
 * Reads a server file, or imports a server module.
 *
 * @throws ServerFileError; whatever the module throws.
 */
export async function readServer(address: URL): Promise<ServerSpec> {
  const file = fileURLToPath(address);
  if (file.endsWith('.json')) return readServerFile(file);
  const module: { default?: unknown } = await import(address.href);
  return serverOf(module.default, file);
}

const aFunction = z.custom<() => unknown>((value) => typeof value === 'function', 'must be a function');
const statuses = z.array(z.int()).min(1);
const subscribedBy = z.union(
  [z.enum(['head', 'hear']), z.strictObject({ comment: z.string() })],
  'must be "head", "hear" or {"comment": "…"}',
);
const resumes = z.boolean('must be true or false: whether a client that comes back misses nothing');

const poll = z.strictObject({
  path: aFunction,
  fields: aFunction.optional(),
  body: aFunction.optional(),
  accepts: statuses.optional(),
  read: aFunction,
  again: aFunction.optional(),
  resumes,
  gone: aFunction.optional(),
});

const socket = z.strictObject({
  path: aFunction,
  subprotocol: z.string().optional(),
  hello: aFunction.optional(),
  subscribedBy: z.enum(['upgrade', 'hear']).optional(),
  resumes,
  gone: aFunction.optional(),
  hear: aFunction.optional(),
  carry: aFunction.optional(),
});

const speaks = z.strictObject({
  publish: z.strictObject({
    method: z.enum(['POST', 'PUT']).optional(),
    path: aFunction,
    fields: z.record(z.string(), z.string()).optional(),
    accepts: statuses.optional(),
    carry: aFunction.optional(),
  }),
  polling: poll.optional(),
  'long-polling': poll.optional(),
  newest: poll.optional(),
  sse: z
    .strictObject({
      path: aFunction,
      subscribedBy,
      beginning: z.string(),
      resumes,
      gone: aFunction.optional(),
      hear: aFunction.optional(),
    })
    .optional(),
  websocket: socket.optional(),
  accepted: z.strictObject({ path: z.string(), read: aFunction }).optional(),
  echo: z.strictObject({ post: z.string().optional(), socket: socket.optional() }).optional(),
});

/** It stays as it is: of its functions only the presence is checked. */
function checkedDialect(file: string, module: ServerModule): Dialect {
  checked(z.looseObject({ speaks }), file, module);
  const dialect = module.speaks as Dialect;
  if (transportsOf(dialect).length > 0) return dialect;
  const problem = `must have words for at least one of ${TRANSPORTS.join(', ')}`;
  throw new ServerFileError('invalid', file, 'speaks', problem);
}

const dialectField = z.unknown().optional();
const startedModule = z.strictObject({ ...commandFields, speaks: dialectField });
const placedModule = z.strictObject({
  name,
  command: commandFields.command,
  files: aFunction,
  tls: z.boolean().default(false),
  headers,
  speaks: dialectField,
});
const runningModule = z.strictObject({
  ...originFields,
  transports: z.array(z.enum(TRANSPORTS)).min(1).optional(),
  speaks: dialectField,
});
