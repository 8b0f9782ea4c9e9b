import { describe, expect, it } from 'vitest';
import { toAscii } from './ascii.ts';
import { extractResults } from './html/embedded-results.ts';
import { renderReport } from './report.ts';
import { resultsText } from './results/write.ts';
import { AWKWARD } from './testing/awkward.ts';
import { exampleResults } from './testing/example.ts';
import { widthOf } from './width.ts';
import { TEXT_WIDTH } from './wrap.ts';

/** What a number or a word has become when something was not there. */
const BROKEN = /\b(?:NaN|undefined|null|Infinity)\b|\[object/;

const CASES = Object.entries(AWKWARD).map(([name, make]) => ({ name, given: make() }));

/** The records of a CSV file by RFC 4180. */
function recordsOf(csv: string): string[][] {
  return [...csv.matchAll(/((?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,(?:"(?:[^"]|"")*"|[^",\r\n]*))*)\r\n/g)].map(
    ([, record = '']) =>
      [...record.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^",]*)/g)].map(([, field = '']) =>
        field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field,
      ),
  );
}

describe.each(CASES)('a report of $name', ({ given }) => {
  it('as text stays in its columns, on one scale, with a space between numbers', async () => {
    const text = await renderReport(given, 'text');
    for (const line of text.split('\n')) expect(widthOf(line), line).toBeLessThanOrEqual(TEXT_WIDTH);
    expect(text).not.toMatch(BROKEN);
    expect(text).not.toMatch(/[^\n\P{Cc}]|[\u202a-\u202e\u2066-\u2069]/u);
    const rows = [
      ...text.matchAll(
        /^(?:Polling|Long-polling|SSE|WebSocket) .* (?:valid|doubtful|invalid|failed|skipped)$/gm,
      ),
    ];
    for (const [row] of rows) expect(row.split(/ +/), row).toHaveLength(11);
    expect(toAscii(text)).toMatch(/^\p{ASCII}*$/u);
  });

  it('as Markdown has whole tables and no markup of others', async () => {
    const text = await renderReport(given, 'markdown');
    expect(text).not.toMatch(BROKEN);
    for (const line of text.split('\n').filter((each) => each.startsWith('|'))) {
      expect(line.match(/(?<!\\)\|/g), line).toHaveLength(12);
    }
    expect(text).not.toMatch(/<(?!!--)[a-z/]/i);
  });

  it('as CSV has records of equal length, and nothing that a spreadsheet would carry out', async () => {
    const text = await renderReport(given, 'csv');
    const records = recordsOf(text);
    expect(records.flat().join('').length).toBeGreaterThan(0);
    for (const record of records) {
      expect(record).toHaveLength(9);
      expect(Number.isFinite(Number(record[8])) || record[8] === 'value', record[8]).toBe(true);
      for (const field of record) expect(field).not.toMatch(/^(?!-?[\d.]+(?:e[+-]?\d+)?$)[=+\-@\t\r]/);
    }
  });

  it('as JSON has every trial', async () => {
    const summary = JSON.parse(await renderReport(given, 'json'));
    expect(summary.trials).toHaveLength(given.trials.length);
    for (const { median } of summary.rows) expect(median).not.toBeNull();
  });

  it('as a page has no broken number, and gives its results back', async () => {
    const page = await renderReport(given, 'html');
    const said = page.replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/g, '');
    expect(said.replaceAll(/<[^>]*>/g, ' ')).not.toMatch(BROKEN);
    // Coordinates of the drawings.
    expect(said.includes('NaN')).toBe(false);
    expect(said).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    expect(Buffer.from(extractResults(page)).toString()).toBe(resultsText(given));
  });
});

describe('a report', () => {
  const said = async (name: keyof typeof AWKWARD) =>
    (await renderReport(AWKWARD[name](), 'text')).replaceAll(/\s+/g, ' ');

  it('says how much of an interrupted run there is', async () => {
    expect(await said('interrupted')).toContain('6 of the 24 trials that were asked for are in this file.');
    for (const format of ['markdown', 'html'] as const) {
      const text = await renderReport(AWKWARD.interrupted(), format);
      expect(text.includes('6 of the 24 trials that were asked for are in this file.'), format).toBe(true);
    }
    expect(await renderReport(exampleResults(), 'text')).not.toContain('asked for');
  });

  it('counts arms where naming them would take a paragraph', async () => {
    expect(await said('24 arms')).toContain(
      'WebSocket on all 6 servers, SSE on all 6 servers and long-polling on all 6 servers cannot be told apart',
    );
    expect(await said('24 arms')).toContain('Long-polling on all 6 servers are doubtful (few-samples)');
  });

  it('calls what is the same a tie, and compares nothing with nothing', async () => {
    expect(await said('one value')).toContain('tie for the lowest p99 latency (1.23 ms)');
    expect(await said('one trial')).toContain('SSE has nothing to be compared with');
    expect(await said('no samples')).toContain('have no number in common to compare.');
    for (const none of ['all failed', 'all skipped'] as const) {
      expect(await said(none)).toContain('No arm has a trial that can be believed, so nothing is compared.');
    }
  });

  it('writes very large numbers short', async () => {
    expect(await said('very large')).toContain(' 7.2M 7.2M 901T ');
  });
});
