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

/**
 * Takes the values of the environment out of what a server said, since it may quote what it was sent: a
 * function that puts the reference back wherever a text has the value that it stands for.
 */
export function withoutSecrets(
  templates: Readonly<Record<string, string>>,
  environment: NodeJS.ProcessEnv = process.env,
): (text: string) => string {
  const references = Object.values(templates).flatMap((template) => [...template.matchAll(REFERENCE)]);
  const known = references
    .map(([reference, name = '']) => [environment[name] ?? '', reference] as const)
    .filter(([value]) => value !== '')
    // The longest first: one value may be within another.
    .toSorted(([a], [b]) => b.length - a.length);
  return (text) => known.reduce((said, [value, reference]) => said.replaceAll(value, () => reference), text);
}
