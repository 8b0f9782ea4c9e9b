import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { type ServerSpec, TRANSPORTS } from './contract.ts';
import { headerProblem } from './secrets.ts';

/** A server file that cannot be used; `message` names file, field and remedy. */
export class ServerFileError extends Error {
  readonly code: 'unreadable' | 'not-json' | 'invalid';
  readonly file: string;
  /** The field at fault, such as `command[0]`; `null` if it is the file as a whole. */
  readonly field: string | null;

  constructor(
    code: ServerFileError['code'],
    file: string,
    field: string | null,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`server file ${file}: ${field === null ? '' : `"${field}" `}${problem}`, options);
    this.name = 'ServerFileError';
    this.code = code;
    this.file = file;
    this.field = field;
  }
}

/** What a server is called in tables. */
export const name = z
  .string('must be a string')
  .regex(/^[^\s\p{C}][^\p{C}]{0,63}$/u, 'must be 1 to 64 printable characters, for tables and charts');

/** What a server wants with every request. */
export const headers = z
  .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must have names of fields'), z.string())
  .superRefine((fields, context) => {
    for (const [field, value] of Object.entries(fields)) {
      const message = headerProblem(value);
      if (message !== null) context.addIssue({ code: 'custom', path: [field], message });
    }
  })
  .optional()
  .describe(`Added to every request; \${ENV:NAME} stands for a value of the environment.`);

/** Where a server runs, and whether its certificate is checked. */
export const originFields = {
  name,
  url: z.string().refine(isOrigin, 'must be an origin such as http://127.0.0.1:8080, without a path'),
  headers,
  tls: z.strictObject({ verify: z.boolean() }).optional(),
};

/** How a server is started. */
export const commandFields = {
  name,
  command: z
    .tuple([z.string('must name a program').min(1, 'must name a program')], z.string())
    .describe('Program and arguments, run without a shell.'),
  cwd: z.string().default('.').describe('Folder to run it in, relative to this file.'),
  env: z.record(z.string(), z.string()).default({}).describe("Added to the harness's own environment."),
  headers,
};

const commandFile = z.strictObject(commandFields);

const urlFile = z.strictObject({
  ...originFields,
  transports: z
    .array(z.enum(TRANSPORTS, `must be one of ${TRANSPORTS.join(', ')}`))
    .min(1, `must name at least one of ${TRANSPORTS.join(', ')}`),
});

/**
 * Reads a server file: how to start a server, or where one runs.
 *
 * `{"name":"mine","command":["python3","server.py"],"cwd":".","env":{"X":"1"}}` is started in
 * `cwd`, which is relative to the file and by default the file's folder; program and arguments
 * are what they would be in a shell there.
 * `{"name":"mine","url":"http://127.0.0.1:8080","transports":["sse"]}` runs already.
 *
 * @throws ServerFileError
 */
export async function readServerFile(path: string): Promise<ServerSpec> {
  const file = resolve(path);
  const value = parseJson(file, await readText(file));
  if ('command' in value && 'url' in value) {
    throw new ServerFileError(
      'invalid',
      file,
      'url',
      'excludes "command": start a server or name a running one',
    );
  }
  if ('url' in value) {
    const { url, transports, ...rest } = checked(urlFile, file, value);
    return {
      ...rest,
      url: new URL(url).origin,
      transports: TRANSPORTS.filter((each) => transports.includes(each)),
    };
  }
  const spec = checked(commandFile, file, value);
  const cwd = resolve(dirname(file), spec.cwd);
  // Without this check, spawn() reports the program as missing.
  if (!(await isFolder(cwd))) throw new ServerFileError('invalid', file, 'cwd', `is not a folder: ${cwd}`);
  return { ...spec, cwd };
}

async function readText(file: string): Promise<string> {
  try {
    // A decoder takes the byte order mark away that some editors write.
    return new TextDecoder().decode(await readFile(file));
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : String(cause);
    throw new ServerFileError('unreadable', file, null, reason, { cause });
  }
}

function parseJson(file: string, text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ServerFileError('not-json', file, null, `is not JSON: ${(cause as Error).message}`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ServerFileError(
      'invalid',
      file,
      null,
      'must hold one object with "name", and "command" or "url"',
    );
  }
  return value;
}

/**
 * Holds a value against a schema.
 *
 * @throws ServerFileError that names the field.
 */
export function checked<T extends z.ZodObject>(schema: T, file: string, value: object): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  // A misspelt key is also a missing one; what was written says more than what was not.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  if (issue === undefined) throw result.error;
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const known = keysAt(schema, issue.path);
    const problem = `is unknown; did you mean "${closest(key, known)}"? Known are ${known.join(', ')}`;
    throw new ServerFileError('invalid', file, fieldAt([...issue.path, key]), problem);
  }
  const field = fieldAt(issue.path);
  throw new ServerFileError('invalid', file, field, problemOf(issue, isPresent(value, issue.path)));
}

/** A path for people, such as `command[0]`. */
function fieldAt(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (field, part) =>
      typeof part === 'number' ? `${field}[${part}]` : `${field}${field === '' ? '' : '.'}${String(part)}`,
    '',
  );
}

/** The keys that an object has, somewhere within another. */
function keysAt(schema: z.ZodObject, path: readonly PropertyKey[]): string[] {
  let at: unknown = schema;
  for (const part of path) {
    at = at instanceof z.ZodObject ? at.shape[String(part)] : at;
    while (at instanceof z.ZodOptional) at = at.unwrap();
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function isPresent(value: object, path: readonly PropertyKey[]): boolean {
  let at: unknown = value;
  for (const part of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, part) : undefined;
  return at !== undefined;
}

function problemOf(issue: z.core.$ZodIssue, present: boolean): string {
  if (!present && typeof issue.path.at(-1) === 'string') {
    return issue.path.length === 1 && issue.path[0] === 'command'
      ? 'is missing: how to start the server, or "url" of a running one'
      : 'is missing';
  }
  return issue.message.replace(/^Invalid input: /, 'is wrong: ');
}

/** Whether a text is an origin, without a path. */
export function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, username } = new URL(text);
  return /^https?:$/.test(protocol) && pathname === '/' && search + hash + username === '';
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
