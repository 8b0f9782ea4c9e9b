import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fieldName } from '../../scenarios/explain.ts';
import { valueAt } from '../../scenarios/json-schema.ts';
import { changed, pathsOf } from '../../scenarios/testing/mutations.ts';
import { parseResults, ResultsFileError, readResults } from './read.ts';
import { smallFile } from './testing/small-file.ts';
import { writeResults } from './write.ts';

function errorOf(text: string): ResultsFileError {
  try {
    parseResults(text, 'results.json');
  } catch (error) {
    if (error instanceof ResultsFileError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

/** The file with one value changed, as an editor would. */
function edited(from: string, to: string): string {
  const text = JSON.stringify(smallFile());
  if (!text.includes(from)) throw new Error(`the example has no ${from}`);
  return text.replace(from, () => to);
}

describe('readResults', () => {
  it('reads what was written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wirebench-read-'));
    try {
      const path = join(folder, 'results.json');
      await writeResults(path, smallFile());
      expect(await readResults(path)).toEqual(smallFile());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says that there is no file, or none to read', async () => {
    await expect(readResults('/nowhere/results.json')).rejects.toMatchObject({ code: 'RESULTS_MISSING' });
    await expect(readResults(tmpdir())).rejects.toMatchObject({ code: 'RESULTS_UNREADABLE' });
  });

  it('names the file in the error', async () => {
    const path = join(tmpdir(), `wirebench-empty-${process.pid}.json`);
    writeFileSync(path, '');
    try {
      await expect(readResults(path)).rejects.toThrow(`${path}: ends in the middle, after 0 characters`);
    } finally {
      rmSync(path);
    }
  });
});

describe('parseResults', () => {
  it('does not mind how deep a foreign value is', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    for (const from of ['"wirebench/results@1"', '"reference"', '"quiet"', '{"kind":"idle"}']) {
      expect(errorOf(edited(from, deep)).message).toMatch(/^results\.json: \S+ [^\n]{2,300}$/);
    }
  });

  it('knows a truncated file at every place where it may end', () => {
    const text = JSON.stringify(smallFile(), null, 1);
    for (let length = 0; length < text.length; length += 1) {
      expect(errorOf(text.slice(0, length)).code, `cut after ${length}`).toBe('RESULTS_TRUNCATED');
    }
  });

  it.each([
    ['{"a" 1}', 'RESULTS_NOT_JSON'],
    ['hello', 'RESULTS_NOT_JSON'],
    ['[]', 'RESULTS_SCHEMA'],
    ['null', 'RESULTS_SCHEMA'],
    ['{"schema":"wirebench/summary@1"}', 'RESULTS_SCHEMA'],
  ])('refuses %s: %s', (text, code) => {
    expect(errorOf(text).code).toBe(code);
  });

  it('knows the file of another version', () => {
    const error = errorOf(edited('wirebench/results@1', 'wirebench/results@2'));
    expect(error.message).toBe(
      'results.json: schema is "wirebench/results@2", not "wirebench/results@1"; ' +
        'read it with the version of wirebench that wrote it',
    );
  });

  it.each([
    ['"received":1', '"received":-1', 'trials[0].outcome.measurements.messages.received', '-1'],
    ['"measureMs":1000,"h', '"measureMs":"1 s","h', 'trials[0].outcome.measurements.measureMs', '"1 s"'],
    ['"transport":"sse"', '"transport":"pigeon"', 'trials[0].transport', '"pigeon"'],
    ['"status":"completed"', '"status":"finished"', 'trials[0].outcome.status', '"finished"'],
    ['"connections":1,"shards"', '"connections":0,"shards"', 'trials[0].scenario.connections', '0'],
    ['"seed":1,"comp', '"seed":1.5,"comp', 'seed', '1.5'],
    [
      '"faults":{"no answer":1}',
      '"faults":{"no answer":1},"extra":1',
      'trials[0].outcome.measurements.extra',
      'is not a known key',
    ],
  ])('names the field when %s becomes %s', (from, to, field, evidence) => {
    const error = errorOf(edited(from, to));
    expect(error).toMatchObject({ code: 'RESULTS_FIELD', field });
    expect(error.message).toContain(evidence);
    expect(error.message).not.toContain('\n');
    expect(error.message.length).toBeLessThan(300);
  });

  const DEFAULTED = 'shards phases tuning headers connecting slow link reconnect tls compression allow'.split(
    ' ',
  );
  const fields = pathsOf(smallFile()).filter((path) => path.length > 0);
  const isNullable = (path: readonly unknown[]) =>
    ['link', 'kbps', 'reconnect', 'shards', 'slow', 'carrying', 'stolenCpuShare'].includes(
      String(path.at(-1)),
    );
  /** Lists and records may have an entry less, and a scenario's fields have defaults, but not what an event is. */
  const isOptional = (path: readonly (string | number)[]) =>
    typeof path.at(-1) === 'number' ||
    ['versions', 'faults'].includes(String(path.at(-2))) ||
    (path[2] === 'scenario' && DEFAULTED.includes(String(path[3])) && !path.includes('events', 4)) ||
    ['events', 'content'].includes(String(path.at(-1)));

  it.each<[string, typeof fields, (value: unknown) => unknown]>([
    ['is of another type', fields, (value: unknown) => (typeof value === 'string' ? 7 : 'many')],
    ['is a list of lists', fields, () => [[]]],
    ['is an object', fields, () => ({ surprise: [] })],
    ['is null', fields.filter((path) => !isNullable(path)), () => null],
    ['is missing', fields.filter((path) => !isOptional(path)), () => undefined],
  ])('says in one plain line of every field that it %s', (_, paths, change) => {
    for (const path of paths) {
      const text = JSON.stringify(changed(smallFile(), path, change(valueAt(smallFile(), path))));
      const { message } = errorOf(text);
      const field = `results.json: ${fieldName(path)}`;
      expect(message.startsWith(field), message).toBe(true);
      expect(message.slice(field.length)).toMatch(
        /^\S* (?:must be|is missing|is not a known key|cannot be|is (?:"|7|a list|an object|null)).*; (?:take|read|name) .*$/,
      );
      expect(message).not.toMatch(/Invalid input|received (?:array|null|number|object|string|undefined)/);
      expect(message.length).toBeLessThan(500);
    }
  });

  it('names a histogram that was edited', () => {
    const [, latency = ''] = /"latency":"([^"]+)"/.exec(JSON.stringify(smallFile())) ?? [];
    const middle = latency.slice(20, 28);
    const error = errorOf(edited(middle, [...middle].reverse().join('')));
    expect(error.field).toBe('trials[0].outcome.measurements.histograms.latency');
  });
});
