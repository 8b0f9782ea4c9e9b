import type { ServerSpec } from './contract.ts';

/** What stands for a value of the environment in a header of a server file. */
const REFERENCE = /\$\{ENV:([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Visible ASCII, with spaces and tabs only between (RFC 9110 §5.5). */
const FIELD_VALUE = /^([!-~]([\t -~]*[!-~])?)?$/;

/** The header fields that a server wants with every request, as its file has them. */
export function headersOf(server: ServerSpec): Readonly<Record<string, string>> {
  return server.headers ?? {};
}

/**
 * What is wrong with a header that refers to the environment; `null` if nothing is. It never says a value:
 * not what the file has, which may be a secret too.
 */
export function headerProblem(template: string, environment: NodeJS.ProcessEnv = process.env): string | null {
  for (const [, name = ''] of template.matchAll(REFERENCE)) {
    const value = environment[name];
    if (value === undefined || value === '') return `refers to ${name}, which the environment does not have`;
    if (!FIELD_VALUE.test(value)) return `refers to ${name}, whose value no header field can have`;
  }
  const rest = template.replaceAll(REFERENCE, 'x');
  return FIELD_VALUE.test(rest) ? null : 'must be visible ASCII, with spaces and tabs only between';
}

/**
 * Header fields with the values of the environment in them. Called by the process that sends them, when it
 * needs them: nothing that is stored, shown or handed on to another process has the values.
 *
 * @throws Error that names the field and what is wrong with it.
 */
export function filledIn(
  templates: Readonly<Record<string, string>>,
  environment: NodeJS.ProcessEnv = process.env,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(templates).map(([name, template]) => {
      const problem = headerProblem(template, environment);
      if (problem !== null) throw new Error(`the server's header "${name}" ${problem}`);
      return [name, template.replaceAll(REFERENCE, (_, variable: string) => environment[variable] ?? '')];
    }),
  );
}

/** What must not get out of this process, in lower case, and the reference that stands for it. */
const kept = new Map<string, string>();

/** Finds them, in any case: a server may lower the name that it takes one for. `null` where there are none. */
let anyKept: RegExp | null = null;

/** A scheme and credentials (RFC 9110 §11.4), of which a server may quote the latter alone. */
const CREDENTIALS = /^[\w!#$%&'*+.^`|~-]+ +(\S.*)$/;

/** Has {@link withoutSecrets} know, from now on, the values of the environment that these header fields refer to. */
export function keepSecrets(
  templates: Readonly<Record<string, string>>,
  environment: NodeJS.ProcessEnv = process.env,
): void {
  for (const template of Object.values(templates)) {
    for (const [reference, name = ''] of template.matchAll(REFERENCE)) {
      const value = environment[name] ?? '';
      for (const secret of [value, CREDENTIALS.exec(value)?.[1] ?? '']) {
        if (secret !== '') kept.set(secret.toLowerCase(), reference);
      }
    }
  }
  if (kept.size === 0) return;
  // The longest first: one may be within another.
  const longestFirst = [...kept.keys()].toSorted((a, b) => b.length - a.length);
  anyKept = new RegExp(longestFirst.map((secret) => secret.replaceAll(/[^\w]/g, '\\$&')).join('|'), 'gi');
}

/**
 * What a server said, which may quote what it was sent: with the references instead of the secrets that they
 * stand for. To be asked before anything is cut, since a part of a secret cannot be known.
 */
export function withoutSecrets(text: string): string {
  if (anyKept === null) return text;
  return text.replaceAll(anyKept, (secret) => kept.get(secret.toLowerCase()) ?? '');
}

/** The beginning of what a server said, without secrets, nor a part of one. */
export function beginningOf(text: string, maxCharacters: number): string {
  return withoutSecrets(text).slice(0, maxCharacters);
}
