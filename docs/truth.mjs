// Measures what is known beforehand and prints expected beside measured, as a Markdown table: runs
// the tests that are called "ground truth N" and takes what they hand in (docs/truth.d.ts).
//
//     npm run truth                   all of them
//     npm run truth 7 12              those
//     npm run truth -- --write        all of them, and the table goes into BENCHMARKS.md
//     npm run truth -- --from FILE    what they measured in a run of everything that has left its JSON:
//                                     npm test -- --reporter=default --reporter=json --outputFile.json=FILE
//
// Exits 1 if one does not hold, or was not measured; then it writes nothing.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const BENCHMARKS = new URL('../BENCHMARKS.md', import.meta.url);
const MARKED = /(?<=<!-- npm run truth -->\n\n).*?(?=\n\n<!-- \/npm run truth -->)/s;

const { values, positionals } = parseArgs({
  options: { write: { type: 'boolean', default: false }, from: { type: 'string' } },
  allowPositionals: true,
});
const numbers = positionals.map(Number);
if (!numbers.every(Number.isInteger)) throw new Error(`not a number of a ground truth: ${positionals}`);
if (values.write && numbers.length > 0) throw new Error('--write takes all of them: leave out the numbers');

/** 21 is a comparison of many trials, with a section of its own: `cli/bench/claims.bench.ts`. */
const HELD_BY_TESTS = Array.from({ length: 22 }, (_, index) => index + 1).filter((no) => no !== 21);

/** What passed tests handed in, one line for each figure; a figure that several tests measure has one line. */
const lines = new Map();

function collect(module, state, { truths = [] }) {
  if (state !== 'passed') {
    if (truths.length > 0) process.exitCode = 1;
    return;
  }
  const file = module.replace(/^(.*\/)?dist\//, '').replace(/\.js$/, '.ts');
  for (const { no, what, expected, measured } of truths) {
    if (numbers.length > 0 && !numbers.includes(no)) continue;
    const key = JSON.stringify([no, what, expected, file]);
    const line = lines.get(key) ?? { no, what, expected, measured: new Set(), file };
    lines.set(key, line);
    line.measured.add(measured);
  }
}

/** Runs the tests of the numbers that are asked for. */
async function measure() {
  const { startVitest } = await import('vitest/node');
  const asked = numbers.length === 0 ? '\\d+' : `(${numbers.join('|')})`;
  const onTestCaseResult = (test) => collect(test.module.relativeModuleId, test.result().state, test.meta());
  const vitest = await startVitest(
    'test',
    [],
    {
      watch: false,
      testNamePattern: `ground truths? (\\d+ and )?${asked}\\b`,
      reporters: ['default', { onTestCaseResult }],
    },
    {},
    // The table alone goes to stdout.
    { stdout: process.stderr },
  );
  await vitest.close();
}

/** Takes what a run of all tests measured. */
function take(file) {
  for (const { name, assertionResults } of JSON.parse(readFileSync(file, 'utf8')).testResults) {
    for (const { status, meta } of assertionResults) collect(name, status, meta);
  }
}

if (values.from === undefined) await measure();
else take(values.from);

const HEAD = ['no.', 'what', 'expected', 'measured', 'test'];
const rows = [...lines.values()]
  .sort((left, right) => left.no - right.no)
  .map(({ no, what, expected, measured, file }) => [
    String(no),
    what,
    expected,
    [...measured].join(' / '),
    `\`${file}\``,
  ]);
const widths = HEAD.map((_, column) => Math.max(...[HEAD, ...rows].map((cells) => cells[column].length)));
const table = [HEAD, widths.map((width) => '-'.repeat(width)), ...rows]
  .map((cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`)
  .join('\n');
console.log(table);

const wanted = numbers.length > 0 ? numbers : HELD_BY_TESTS;
const missing = wanted.filter((number) => ![...lines.values()].some(({ no }) => no === number));
if (missing.length > 0) {
  process.exitCode = 1;
  console.error(`No test that passed has measured ${missing.join(', ')}.`);
}

if (values.write && process.exitCode) {
  console.error('BENCHMARKS.md is left as it was.');
} else if (values.write) {
  const text = readFileSync(BENCHMARKS, 'utf8');
  if (!MARKED.test(text)) throw new Error('BENCHMARKS.md has no place for the table');
  writeFileSync(
    BENCHMARKS,
    text.replace(MARKED, () => table),
  );
}
