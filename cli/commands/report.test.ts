import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallFile } from '../../reports/results/testing/small-file.ts';
import { main } from '../main.ts';
import { fakeIo } from '../testing/fake-io.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-report-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const TEXT = JSON.stringify(smallFile());
const AGAIN = 'take the file as `wirebench run` wrote it, or run again';

/** Reports on a file of this text. */
async function report(text: string, ...flags: string[]) {
  writeFileSync(join(folder, 'r.json'), text);
  const io = fakeIo({ cwd: folder });
  const exit = await main(['report', 'r.json', ...flags], io);
  return { exit, out: io.out(), err: io.err().replace(`${folder}/`, '') };
}

describe('report', () => {
  it.each([
    ['truncated', TEXT.slice(0, 1_000), `ends in the middle, after 1000 characters; ${AGAIN}`],
    [
      'edited',
      TEXT.replace('"received":1', '"received":"1"'),
      `trials[0].outcome.measurements.messages.received must be a number, not "1"; ${AGAIN}`,
    ],
    [
      'given a key more',
      TEXT.replace('"seed":1,', '"seed":1,"sed":2,'),
      `sed is not a known key; did you mean "seed"?; ${AGAIN}`,
    ],
    [
      'given a number too large',
      TEXT.replace('"seed":1,', '"seed":1e999,'),
      `seed must be a number, not Infinity; ${AGAIN}`,
    ],
    [
      'given a histogram of nothing',
      TEXT.replace(/"latency":"[^"]*"/, '"latency":"AAAA"'),
      `trials[0].outcome.measurements.histograms.latency is not an HdrHistogram (V2 compressed, base64); ${AGAIN}`,
    ],
    [
      'given a histogram that is not base64',
      TEXT.replace(/"latency":"[^"]*"/, '"latency":"%%%"'),
      `trials[0].outcome.measurements.histograms.latency is not an HdrHistogram (V2 compressed, base64); ${AGAIN}`,
    ],
    [
      'another file',
      `{"schema":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      'schema is a list, not "wirebench/results@1"; name a results.json that `wirebench run` wrote',
    ],
  ])('of a file that is %s exits 2 and names the field in one line', async (_, text, message) => {
    expect(await report(text)).toEqual({ exit: 2, out: '', err: `wirebench: r.json: ${message}\n` });
  });

  it('reads a file that an editor has given a byte order mark', async () => {
    expect(await report(`\ufeff${TEXT}`)).toMatchObject({ exit: 0, err: '' });
  });

  it.each(['text', 'json', 'csv', 'markdown', 'html'])(
    'has no trouble with the largest numbers: %s',
    async (format) => {
      const count = Number.MAX_SAFE_INTEGER;
      const text = TEXT.replaceAll(
        /"(due|sent|received|expected|up|down|payload|cpuUs|rssBytes|total)":1/g,
        `"$1":${count}`,
      );
      expect(text).not.toBe(TEXT);
      const { exit, out } = await report(text, '--format', format);
      expect(exit).toBe(0);
      // The page brings its chart library along.
      const said = out.replaceAll(/<script>[\s\S]*?<\/script>/g, '');
      expect(/\bNaN\b/.test(said)).toBe(false);
    },
  );

  it('makes what the ending of the file says, unless a format is asked for', async () => {
    const made = async (...flags: string[]) => {
      expect(await report(TEXT, ...flags)).toEqual({ exit: 0, out: '', err: '' });
      return readFileSync(join(folder, flags.at(-1) ?? ''), 'utf8');
    };
    expect(await made('--output', 'made.html')).toMatch(/^<!doctype html>/);
    expect(await made('-o', 'made.csv')).toMatch(/^scenario,/);
    expect(await made('--out', 'made.txt')).toMatch(/^quiet: What\?/);
    expect(await made('--format', 'json', '--output', 'made.html')).toMatch(/^\{/);
  });

  it('takes a file as it is, whatever its name, and a folder by its results', async () => {
    mkdirSync(join(folder, 'old.json'));
    writeFileSync(join(folder, 'old.json', 'results.json'), TEXT);
    writeFileSync(join(folder, 'saved'), TEXT);
    for (const name of ['saved', 'old.json']) {
      const io = fakeIo({ cwd: folder });
      expect(await main(['report', name], io)).toBe(0);
      expect(io.out()).toMatch(/^quiet: What\?/);
    }
  });

  it.each([
    [['gone'], 'gone/results.json: there is no such file; name the results.json in the folder of a run'],
    [['gone.html'], 'gone.html: there is no such file; name the report.html in the folder of a run'],
    [
      ['--extract', 'gone'],
      'gone/report.html: there is no such file; name the report.html in the folder of a run',
    ],
  ])('says of %j what to name instead', async (words, message) => {
    const io = fakeIo({ cwd: folder });
    expect(await main(['report', ...words], io)).toBe(2);
    expect(io.err()).toBe(`wirebench: ${folder}/${message}\n`);
  });

  it('gives the results that a page carries back byte for byte', async () => {
    // As another version may have written it.
    const source = `\ufeff${JSON.stringify(smallFile(), null, 3)}\r\n`;
    expect(await report(source, '--format', 'html', '--output', 'r.html')).toEqual({
      exit: 0,
      out: '',
      err: '',
    });
    const io = fakeIo({ cwd: folder });
    expect(await main(['report', '--extract', 'r.html', '--output', 'back.json'], io)).toBe(0);
    expect(readFileSync(join(folder, 'back.json'))).toEqual(Buffer.from(source));
    const again = fakeIo({ cwd: folder });
    expect(await main(['report', 'r.html'], again)).toBe(0);
    expect(again.out()).toMatch(/^quiet: What\?/);
  });

  it.each([
    ['no page', TEXT, 'holds no results; name a report.html that `wirebench run` or `report` wrote'],
    [
      'a cut page',
      '<script type="application/octet-stream" id="data-results">H4sI',
      'holds results that are damaged; take the file as it was written',
    ],
  ])('extracts nothing from %s, and writes no file', async (_, page, message) => {
    writeFileSync(join(folder, 'bad.html'), page);
    const io = fakeIo({ cwd: folder });
    expect(await main(['report', '--extract', 'bad.html', '--output', 'none.json'], io)).toBe(2);
    expect(io.err()).toBe(`wirebench: ${folder}/bad.html: ${message}\n`);
    expect(existsSync(join(folder, 'none.json'))).toBe(false);
  });
});
