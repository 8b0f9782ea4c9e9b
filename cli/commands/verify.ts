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

/** More rules than this that are skipped for one reason are told together, by their ids. */
const TOLD_APART = 3;

/** Tells results as they come, and at the end (`null`) what was skipped, by its reason. */
function teller(write: (text: string) => void): (result: RuleResult | null) => void {
  const skipped = new Map<string, RuleResult[]>();
  return (result) => {
    if (result === null) {
      for (const [reason, rules] of skipped) write(skippedLines(reason, rules));
      skipped.clear();
    } else if (result.outcome.kind !== 'skipped') write(linesFor(result));
    else skipped.set(result.outcome.reason, [...(skipped.get(result.outcome.reason) ?? []), result]);
  };
}

function skippedLines(reason: string, rules: readonly RuleResult[]): string {
  if (rules.length <= TOLD_APART) return rules.map(linesFor).join('');
  const ids = rules.map(({ id }) => id).join(', ');
  const indent = ' '.repeat(WORD.skipped.length + 1);
  const first = wrap(`${rules.length} rules: ${printable(reason)}`, indent, indent).trimStart();
  return `${WORD.skipped} ${first}\n${wrap(ids, indent, indent)}\n`;
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
