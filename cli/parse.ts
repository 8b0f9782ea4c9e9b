import { readFileSync } from 'node:fs';
import yargs, { type Argv, type Options } from 'yargs';
import { suggest } from '../scenarios/nearest.ts';
import type { Command, Io } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { isConfigured, SETTINGS } from './config/settings.ts';
import { UsageError } from './exit.ts';

/** `--help` fits into a terminal of this width. */
const HELP_COLUMNS = 80;

/** A command and what it was given. */
export interface Chosen {
  readonly command: Command;
  readonly values: Parameters<Command['run']>[0];
  /** The positional arguments. */
  readonly words: readonly string[];
}

type Values = Awaited<ReturnType<Argv['parseAsync']>>;

/**
 * Finds the command and reads its flags. What yargs answers itself (help, version, completion) is
 * printed, and there is nothing left to do: `null`.
 *
 * @throws UsageError
 */
export async function parse(argv: readonly string[], io: Pick<Io, 'stdout'>): Promise<Chosen | null> {
  const named = COMMANDS.find((command) => nameOf(command) === argv[0]);
  const found: { command: Command; values: Values }[] = [];
  let printed = '';
  const parser = program().fail((message, error) => {
    throw new UsageError(explain(message ?? error.message, argv, named));
  });
  for (const command of COMMANDS) addCommand(parser, command, (values) => found.push({ command, values }));
  await parser.parseAsync(argv, {}, (_error, _values, output) => {
    printed ||= output;
  });
  if (printed !== '') io.stdout.write(`${printed}\n`);
  return found.map(({ command, values }) => checked(command, values))[0] ?? null;
}

/** yargs without the commands. It answers by a callback: it neither prints nor ends the process. */
function program(): Argv {
  return (
    yargs()
      .scriptName('wirebench')
      // Messages are read by tests and by people who search for them: one language.
      .locale('en')
      .usage('$0 <command>\n\nMeasures what polling, long-polling, SSE and WebSocket cost and deliver.')
      .exitProcess(false)
      .strict()
      .wrap(HELP_COLUMNS)
      .version(toolVersion())
      .completion('completion', 'Print a completion script for bash, zsh or fish (by $SHELL)')
      .option('ascii', { type: 'boolean', describe: 'Plain characters [where the terminal is not UTF-8]' })
      .demandCommand(1, 'no command given')
      .example('$0 run', 'the default comparison, in about a minute')
      .example('$0 run chat --transports sse,websocket', 'one scenario on two transports')
      .example('$0 <command> --help', 'the flags of a command')
  );
}

function addCommand(parser: Argv, command: Command, choose: (values: Values) => void): void {
  parser.command({
    command: command.usage,
    describe: command.summary,
    builder: (builder) => {
      for (const [name, positional] of Object.entries(command.positionals)) {
        builder.positional(name, positional);
      }
      for (const [line, meaning] of command.examples) builder.example(`$0 ${line}`, meaning);
      return builder.options(optionsOf(command));
    },
    handler: choose,
  });
}

/** Without the defaults of what may be set elsewhere, so that it can be told whether a flag was given. */
function optionsOf(command: Command): Record<string, Options> {
  const name = nameOf(command);
  const elsewhere = isConfigured(name) ? SETTINGS[name].map(({ flag }) => flag) : [];
  const options = Object.entries(command.flags).map(([flag, { default: fallback, ...rest }]) => {
    const kept = fallback === undefined || elsewhere.includes(flag) ? rest : { ...rest, default: fallback };
    return [flag, kept] as const;
  });
  return Object.fromEntries(options);
}

/** What yargs lets pass: words after `--`, which nobody reads, and a repeated flag, which makes a list. */
function checked(command: Command, values: Values): Chosen {
  const surplus = values._.slice(1);
  if (surplus.length > 0)
    throw new UsageError(`${nameOf(command)}: unexpected ${surplus.join(' ')} after --`);
  const twice = Object.entries(command.flags).find(
    ([flag, { array }]) => !array && Array.isArray(values[flag]),
  );
  if (twice !== undefined)
    throw new UsageError(`${nameOf(command)}: --${twice[0]} is given twice; give it once`);
  const words = Object.keys(command.positionals).flatMap((name) => wordsOf(values[name]));
  return { command, values, words };
}

/** Says of what yargs refuses which known name was probably meant. */
function explain(message: string, argv: readonly string[], command: Command | undefined): string {
  const [first = ''] = argv;
  if (command === undefined) {
    const names = [...COMMANDS.map(nameOf), 'completion'];
    if (first === '' || first.startsWith('-')) return `${message}; wirebench --help lists the commands`;
    return `there is no command ${JSON.stringify(first)}; ${suggest(first, names)}`;
  }
  const [, flag, given] = /Argument: ([\w-]+), Given: "(.*)", Choices: /.exec(message) ?? [];
  if (flag !== undefined && given !== undefined) {
    const choices = command.flags[flag]?.choices?.map(String) ?? [];
    return `${first}: --${flag} cannot be ${JSON.stringify(given)}; ${suggest(given, choices)}`;
  }
  const strange = /^Unknown arguments?: (.+)$/.exec(message)?.[1]?.split(', ') ?? [];
  if (strange.length === 0) return `${first}: ${message}; wirebench ${first} --help shows what it takes`;
  const known = Object.keys(command.flags).map((flag) => `--${flag}`);
  const lines = strange.map((name) => {
    const typed = argv.find((argument) => argument.startsWith('-') && flagName(argument) === name);
    if (typed === undefined) return `${first}: unexpected ${JSON.stringify(name)}`;
    return `${first}: unknown flag ${typed.split('=', 1).join('')}; ${suggest(`--${name}`, known)}`;
  });
  return lines.join('\n');
}

/** What yargs calls a flag: without dashes, value and negation. */
function flagName(argument: string): string {
  return argument.replace(/^--?(no-)?/, '').replace(/=.*$/, '');
}

function nameOf({ usage }: Command): string {
  return usage.split(' ', 1).join('');
}

function wordsOf(value: unknown): string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

/** The version in package.json, which lies two folders above the compiled file. */
function toolVersion(): string {
  const file: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof file === 'object' && file !== null && 'version' in file ? String(file.version) : 'unknown';
}
