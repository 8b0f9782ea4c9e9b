import { printable, wrap } from '../../reports/wrap.ts';
import type { RuleResult } from '../../servers/conformance/rule.ts';
import { TRANSPORTS } from '../../servers/contract.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { transportsFlag } from '../flags.ts';
import { REACH_FLAGS } from '../load-flags.ts';
import { loadServers, reachOf } from '../server-source.ts';

/** `wirebench verify`: holds a server against the contract, rule by rule. */
export const verify = defineCommand({
  usage: 'verify',
  summary: 'Check a server against the contract, rule by rule',
  positionals: {},
  flags: {
    server: {
      type: 'string',
      describe: 'A name (see list), a server file or module, or an origin',
      demandOption: true,
    },
    transports: {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'What a server at an origin has [all four]',
    },
    json: { type: 'boolean', default: false, describe: 'Print the rules as JSON' },
    ...REACH_FLAGS,
  },
  examples: [['verify --server server.json', 'start a server of your own and check it']],

  async run(values, _words, io, rooms) {
    const transports = values.transports === undefined ? TRANSPORTS : transportsFlag(values.transports);
    const words = [values.server];
    const servers = await loadServers({ words, transports, ...reachOf(values), cwd: io.cwd }, rooms);
    const signal = io.interruption();
    const results: RuleResult[] = [];
    const tell = values.json ? () => {} : teller((text) => io.stdout.write(text));
    try {
      for (const server of servers) {
        for await (const result of rooms.verify(server, { signal })) {
          results.push(result);
          tell(result);
        }
        tell(null);
      }
    } catch (error) {
      if (signal.aborted) return EXIT.interrupted;
      throw error;
    }
    const broken = results.filter(({ outcome }) => outcome.kind === 'failed').length;
    io.stdout.write(
      values.json ? `${JSON.stringify({ rules: results, broken }, null, 2)}\n` : `${count(results)}\n`,
    );
    // A suite that could check nothing has not found the server to be right.
    const holds = results.some(({ outcome }) => outcome.kind === 'passed');
    return broken > 0 || !holds ? EXIT.invalid : EXIT.ok;
  },
});

const WORD: Readonly<Record<RuleResult['outcome']['kind'], string>> = {
  passed: 'ok     ',
  failed: 'BROKEN ',
  skipped: 'skipped',
  note: 'note   ',
};

/** More rules in a row than this that are skipped for one reason are told together. */
const TOLD_APART = 3;

/** Tells results as they come; `null` ends them. Rules that are skipped for one reason wait for the next that is not. */
function teller(write: (text: string) => void): (result: RuleResult | null) => void {
  const waiting: RuleResult[] = [];
  const flush = () => {
    const [first, last] = [waiting[0], waiting.at(-1)];
    if (waiting.length > TOLD_APART && first !== undefined && last !== undefined) {
      write(linesFor({ ...first, title: `to ${last.id}, ${waiting.length} rules` }));
    } else for (const each of waiting) write(linesFor(each));
    waiting.length = 0;
  };
  return (result) => {
    if (reasonOf(result) !== reasonOf(waiting[0] ?? null)) flush();
    if (result === null) return;
    if (reasonOf(result) === null) write(linesFor(result));
    else waiting.push(result);
  };
}

/** Why a rule was skipped; `null` if it was not. */
function reasonOf(result: RuleResult | null): string | null {
  return result?.outcome.kind === 'skipped' ? result.outcome.reason : null;
}

function linesFor({ id, title, outcome }: RuleResult): string {
  const indent = ' '.repeat(WORD.passed.length + 1);
  const first = `${WORD[outcome.kind]} ${wrap(`${id}: ${title}`, indent, indent).trimStart()}\n`;
  // Evidence stays whole, however long its lines: it is what the server's author goes by.
  const rest = detailsOf(outcome).map((line) => `${indent}${printable(line)}\n`);
  return first + rest.join('');
}

function detailsOf(outcome: RuleResult['outcome']): readonly string[] {
  switch (outcome.kind) {
    case 'passed':
      return [];
    case 'failed':
      return [outcome.reason, ...outcome.evidence];
    case 'skipped':
      return [outcome.reason];
    case 'note':
      return [outcome.text];
  }
}

function count(results: readonly RuleResult[]): string {
  const of = (kind: RuleResult['outcome']['kind']) =>
    results.filter(({ outcome }) => outcome.kind === kind).length;
  const parts = [
    `${of('passed') + of('note')} rules hold`,
    `${of('failed')} broken`,
    `${of('skipped')} skipped`,
  ];
  return parts.join(', ');
}
