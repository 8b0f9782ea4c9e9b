import type { SelftestCheck } from '../../runners/selftest/selftest.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';

/** `wirebench selftest`: measures what is known beforehand, so that one can believe the rest. */
export const selftest = defineCommand({
  usage: 'selftest',
  summary: 'Measure what is known beforehand on this machine, in half a minute',
  positionals: {},
  flags: { json: { type: 'boolean', default: false, describe: 'Print the checks as JSON' } },
  examples: [['selftest', 'before believing anything else that this machine measures']],

  async run(values, _words, io, rooms) {
    const signal = io.interruption();
    const checks: SelftestCheck[] = [];
    if (!values.json) io.stdout.write(`${row('', 'expected', 'measured')}\n`);
    try {
      for await (const check of rooms.selftest(signal)) {
        checks.push(check);
        if (!values.json) io.stdout.write(`${lineFor(check)}\n`);
      }
    } catch (error) {
      if (signal.aborted) return EXIT.interrupted;
      throw error;
    }
    const wrong = checks.filter(({ holds }) => !holds).length;
    io.stdout.write(
      values.json
        ? `${JSON.stringify({ checks, wrong }, null, 2)}\n`
        : wrong === 0
          ? 'This machine measures what is known.\n'
          : `${wrong} of ${checks.length} figures are wrong: end what else runs on this machine, and try again.\n`,
    );
    return wrong === 0 ? EXIT.ok : EXIT.invalid;
  },
});

function lineFor({ what, unit, expected, tolerance, measured, holds }: SelftestCheck): string {
  const allowed = tolerance === 0 ? `${expected}` : `${expected} ± ${tolerance}`;
  const seen = measured === null ? 'nothing' : `${Number(measured.toFixed(1))} ${unit}`;
  return `${row(what, `${allowed} ${unit}`, seen)}${holds ? '' : '  WRONG'}`;
}

function row(what: string, expected: string, measured: string): string {
  return `${what.padEnd(36)}${expected.padStart(16)}${measured.padStart(16)}`;
}
