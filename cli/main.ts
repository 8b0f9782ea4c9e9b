import { readFileSync } from 'node:fs';
import yargs from 'yargs';
import { suggest } from '../scenarios/nearest.ts';
import type { Command, Io } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { describeError, EXIT, type ExitCode, exitCodeOf, UsageError } from './exit.ts';
import { ROOMS, type Rooms } from './rooms.ts';

/** `--help` fits into a terminal of this width. */
const HELP_COLUMNS = 80;

/**
 * The program: reads a command line, carries it out, and says how it went.
 *
 * @param argv the arguments, without node and script.
 * @param rooms what does the work; a test may put a fake in place of a part.
 * @returns the exit code; it never rejects.
 */
export async function main(argv: readonly string[], io: Io, rooms: Rooms = ROOMS): Promise<ExitCode> {
  try {
    const chosen = await parse(argv, io);
    return chosen === null ? EXIT.ok : await chosen.command.run(chosen.values, chosen.words, io, rooms);
  } catch (error) {
    const text = describeError(error, Boolean(io.env['WIREBENCH_DEBUG']));
    for (const line of text.split('\n')) io.stderr.write(`wirebench: ${line}\n`);
    return exitCodeOf(error);
  }
}

interface Chosen {
  readonly command: Command;
  readonly values: Parameters<Command['run']>[0];
  /** The positional arguments. */
  readonly words: readonly string[];
}

/**
 * Finds the command and reads its flags. What yargs answers itself (help, version, completion) is
 * printed, and there is nothing left to do: `null`.
 *
 * @throws UsageError
 */
async function parse(argv: readonly string[], io: Io): Promise<Chosen | null> {
  const [first = ''] = argv;
  const named = COMMANDS.find(({ usage }) => nameOf(usage) === first);
  let chosen: Chosen | null = null;
  let printed = '';
  const parser = yargs()
    .scriptName('wirebench')
    // Messages are read by tests and by people who search for them: one language.
    .locale('en')
    .usage('$0 <command>\n\nMeasures what polling, long-polling, SSE and WebSocket cost and deliver.')
    .exitProcess(false)
    .strict()
    .wrap(HELP_COLUMNS)
    .version(toolVersion())
    .completion('completion', 'Print a completion script for bash, zsh or fish (by $SHELL)')
    .demandCommand(1, 'no command given')
    .example('$0 run', 'the default comparison, in about a minute')
    .example('$0 run chat --transports sse,websocket', 'one scenario on two transports')
    .example('$0 <command> --help', 'the flags of a command')
    .fail((message, error) => {
      throw new UsageError(explain(message ?? error.message, argv, named));
    });
  for (const command of COMMANDS) {
    parser.command({
      command: command.usage,
      describe: command.summary,
      builder: (builder) => {
        for (const [name, positional] of Object.entries(command.positionals))
          builder.positional(name, positional);
        for (const [line, meaning] of command.examples) builder.example(`$0 ${line}`, meaning);
        return builder.options({ ...command.flags });
      },
      handler: (values) => {
        const words = Object.keys(command.positionals).flatMap((name) => wordsOf(values[name]));
        const surplus = values._.slice(1).map(String);
        if (surplus.length > 0) throw new UsageError(`${first}: unexpected ${surplus.join(' ')} after --`);
        const twice = Object.keys(command.flags).find(
          (flag) => command.flags[flag]?.array !== true && Array.isArray(values[flag]),
        );
        if (twice !== undefined) throw new UsageError(`${first}: --${twice} is given twice; give it once`);
        chosen = { command, values, words };
      },
    });
  }
  await parser.parseAsync(argv, {}, (_error, _values, output) => {
    if (output !== '') printed = output;
  });
  if (printed !== '') io.stdout.write(`${printed}\n`);
  return chosen;
}

/** Says of what yargs refuses which known name was probably meant. */
function explain(message: string, argv: readonly string[], command: Command | undefined): string {
  const [first = ''] = argv;
  if (command === undefined) {
    const names = [...COMMANDS.map(({ usage }) => nameOf(usage)), 'completion'];
    if (first === '' || first.startsWith('-')) return `${message}; wirebench --help lists the commands`;
    return `there is no command ${JSON.stringify(first)}; ${suggest(first, names)}`;
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

function nameOf(usage: string): string {
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
