import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter, LogTail } from './log-tail.ts';
import { keepSecrets } from './secrets.ts';

function linesOf(chunks: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

test('lines are the same however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[^\r\n]*$/)), fc.array(fc.nat()), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
      const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
      expect(linesOf(chunks)).toEqual(bytes.toString().split('\n').slice(0, -1));
    }),
  );
});

test('CR LF ends a line too, and the last line needs no end', () => {
  expect(linesOf([Buffer.from('a\r\nb')])).toEqual(['a', 'b']);
});

test('where a line is cut, no part of a secret is left', () => {
  keepSecrets({ A: `\${ENV:LOGGED}` }, { LOGGED: 'logged-secret' });
  const [line] = linesOf([Buffer.from(`${'x'.repeat(3_990)}logged-secret`)]);
  expect(line).toBe(`${'x'.repeat(3_990)}\${ENV:LOGG`);
});

test('a line without an end is cut at 4,000 characters', () => {
  const chunks = Array.from({ length: 100 }, () => Buffer.from('x'.repeat(1_000)));
  expect(linesOf([...chunks, Buffer.from('\nnext')])).toEqual(['x'.repeat(4_000), 'next']);
});

test('the tail keeps the last lines', () => {
  const tail = new LogTail(2);
  for (const line of ['a', 'b', 'c']) tail.add(line);
  expect(tail.lines()).toEqual(['b', 'c']);
});
