import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { extractResults } from '../html/embedded-results.ts';
import { html } from '../html/escape.ts';
import { renderReport } from '../report.ts';
import { resultsText } from '../results/write.ts';
import { exampleResults, sixScenarios } from '../testing/example.ts';
import { hostileResults } from '../testing/hostile.ts';
import { completed, measurements, results, trial } from '../testing/results.ts';

describe('html', () => {
  it('takes strings as text and markup as markup', () => {
    expect(html`<p title="${'"\''}">${'<b>&'}${html`<i>${1}</i>`}${[html`x`, html`y`]}</p>`.html).toBe(
      '<p title="&quot;&#39;">&lt;b&gt;&amp;<i>1</i>xy</p>',
    );
  });
});

describe('renderReport html', () => {
  // Made once: a page takes a second.
  let example = '';
  let single = '';

  beforeAll(async () => {
    example = await renderReport(exampleResults(), 'html');
    single = await renderReport(exampleResults(1), 'html');
  });

  it('is one file that names its scripts and style by hash and nothing else', () => {
    const page = example;
    const [, policy = ''] = /Content-Security-Policy" content="([^"]+)"/.exec(page) ?? [];
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const inline = [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(([, text = '']) => hash(text));
    const [, packed = ''] = /<script type="[^"]+" id="script-0">([^<]+)/.exec(page) ?? [];
    const unpacked = gunzipSync(Buffer.from(packed, 'base64')).toString();
    const style = page.slice(page.indexOf('<style>') + 7, page.indexOf('</style>'));
    const directives = policy.replaceAll('&#39;', "'").split('; ');
    expect(inline).toHaveLength(2);
    expect(directives).toEqual([
      "default-src 'none'",
      `script-src ${[...inline, hash(unpacked)].join(' ')}`,
      `style-src ${hash(style)}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    const outsideScripts = page.replaceAll(/<script[^>]*>.*?<\/script>/gs, '');
    expect(outsideScripts).not.toMatch(/\b(src|href)="(?!#)/);
    expect(outsideScripts).not.toMatch(/ style="| on[a-z]+="/);
  });

  it('draws eight charts per scenario, and says what they show in text', () => {
    const page = example;
    expect(page.match(/data-chart="\d+"><svg/g)).toHaveLength(16);
    expect(page).toContain('WebSocket and SSE tie for the lowest p99 latency');
    expect(page).toContain('97 of 100 clients were connected; the last error was ECONNRESET');
  });

  it('takes for four transports in six scenarios, three trials each, less than 1.5 MB, of which 0.8 MB besides the results', async () => {
    const page = await renderReport(sixScenarios(3), 'html');
    // 10,000 latencies a trial, in histograms that are compressed: 9 kB of base64 for each of 72 trials.
    expect(Buffer.byteLength(page)).toBeLessThan(1_500_000);
    expect(page.replace(/(?<=id="data-results">)[^<]*/, '').length).toBeLessThan(800_000);
  });

  it('carries the results, as they were given or as they would be written', async () => {
    const given = exampleResults(1);
    const source = Buffer.from(`\ufeff${JSON.stringify(given)}`);
    expect(extractResults(await renderReport(given, 'html', { source })).equals(source)).toBe(true);
    expect(extractResults(single).toString()).toBe(resultsText(given));
  });

  it('says below a median from where to where the trials reach, its unit once, and nothing where they agree', () => {
    const page = example;
    const ranges = [...page.matchAll(/<span class="range">([^<]*)<\/span>/g)].map(([, text = '']) => text);
    expect(ranges.some((range) => /^[\d.]+ – [\d.]+ µs$/.test(range))).toBe(true);
    expect(ranges.filter((range) => /^([^ ]+) – \1$/.test(range))).toEqual([]);
    expect(ranges.filter((range) => /\/s – /.test(range))).toEqual([]);
  });

  it('says what became of the trials that did not complete', async () => {
    const trials = [
      trial({ outcome: completed(measurements()) }),
      trial({ outcome: { status: 'skipped', reason: 'r' } }),
      trial({ outcome: { status: 'failed', stage: 'server', reason: 'r' } }),
    ];
    const page = (some: typeof trials) => renderReport(results(some), 'html');
    expect(await page(trials)).toContain('>1 of 3 trials is valid: 1 failed and 1 skipped.<');
    expect(await page(trials.slice(0, 1))).toContain('>The one trial is valid.<');
  });

  it('is the same file for the same results', async () => {
    expect(await renderReport(exampleResults(1), 'html')).toBe(single);
  });

  it('lets no name or reason become markup', async () => {
    const page = await renderReport(hostileResults(), 'html');
    expect(page).toContain('&lt;/script&gt;&lt;img src=x');
    expect(page).not.toContain('<img');
    // Four with data, the charts packed, the theme, and what unpacks; an eighth would be somebody else's.
    expect(page.match(/<script[ >]/g)).toHaveLength(7);
    expect(page.match(/<\/script>/g)).toHaveLength(7);
    expect(page).toContain('&#39;$&amp;$`');
  });

  it.each([
    ['no trial', results([])],
    ['a failed trial', results([trial({ outcome: { status: 'failed', stage: 'server', reason: 'gone' } })])],
    ['a trial without a sample', results([trial()])],
  ])('has a page for %s', async (_, given) => {
    const page = await renderReport(given, 'html');
    expect(page).not.toMatch(
      /NaN|undefined|Infinity/.exec(page.slice(0, page.lastIndexOf('<script>')))?.[0] ?? 'NaN ',
    );
    expect(page).toContain('</html>');
  });
});
