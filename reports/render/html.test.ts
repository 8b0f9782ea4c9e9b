import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { embeddedJson, html } from '../html/escape.ts';
import { renderReport } from '../report.ts';
import type { Results } from '../results/schema.ts';
import { exampleResults } from '../testing/example.ts';
import { completed, measurements, results, trial } from '../testing/results.ts';

const HOSTILE = `</script><script>alert(1)</script><img src=x onerror="alert(1)">'$&$\`<!--`;

/** The example, with hostile text wherever a results file may hold text of others. */
function hostile(): Results {
  const example = exampleResults(1);
  return {
    ...example,
    commandLine: ['run', HOSTILE],
    versions: { [HOSTILE]: HOSTILE },
    environment: { ...example.environment, cpuModel: HOSTILE },
    ceilings: example.ceilings.map((ceiling) => ({ ...ceiling, server: HOSTILE })),
    trials: [
      ...example.trials,
      ...example.trials.map((each) => ({ ...each, server: HOSTILE })),
      trial({ server: `${HOSTILE}2`, outcome: { status: 'failed', stage: 'server', reason: HOSTILE } }),
      trial({
        server: `${HOSTILE}3`,
        outcome: completed(measurements(), [{ code: 'faults', level: 'invalid', message: HOSTILE }]),
      }),
    ],
  };
}

describe('html', () => {
  it('takes strings as text and markup as markup', () => {
    expect(html`<p title="${'"\''}">${'<b>&'}${html`<i>${1}</i>`}${[html`x`, html`y`]}</p>`.html).toBe(
      '<p title="&quot;&#39;">&lt;b&gt;&amp;<i>1</i>xy</p>',
    );
  });

  it('embeds JSON that ends no script and reads back the same', () => {
    const embedded = embeddedJson({ name: HOSTILE }).html;
    expect(embedded).not.toContain('<');
    expect(JSON.parse(embedded)).toEqual({ name: HOSTILE });
  });
});

describe('renderReport html', () => {
  it('is one file that names its script and style by hash and nothing else', async () => {
    const page = await renderReport(exampleResults(), 'html');
    const [, policy = ''] = /Content-Security-Policy" content="([^"]+)"/.exec(page) ?? [];
    const hash = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
    const script = page.slice(page.lastIndexOf('<script>') + 8, page.lastIndexOf('</script>'));
    const style = page.slice(page.indexOf('<style>') + 7, page.indexOf('</style>'));
    const directives = policy.replaceAll('&#39;', "'").split('; ');
    expect(directives).toContain("default-src 'none'");
    expect(directives).toContain(`script-src '${hash(script)}'`);
    expect(directives).toContain(`style-src '${hash(style)}'`);
    expect(page).not.toMatch(/\b(src|href)="(?!#)/);
    expect(page).not.toMatch(/ style="| on[a-z]+="/);
    expect(page.length).toBeLessThan(1_200_000);
  });

  it('draws five charts per scenario, and says what they show in text', async () => {
    const page = await renderReport(exampleResults(), 'html');
    expect(page.match(/data-chart="\d+"><svg/g)).toHaveLength(10);
    expect(page).toContain('WebSocket and SSE tie for the lowest p99 latency');
    expect(page).toContain('97 of 100 clients were connected; the last error was ECONNRESET');
  });

  it('says below a median from where to where the trials reach, its unit once, and nothing where they agree', async () => {
    const page = await renderReport(exampleResults(), 'html');
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
    expect(await page(trials)).toContain('>1 of 3 trials completed, 1 failed, 1 skipped, ');
    expect(await page(trials.slice(0, 1))).toContain('>1 trial, ');
  });

  it('is the same file for the same results', async () => {
    expect(await renderReport(exampleResults(1), 'html')).toBe(await renderReport(exampleResults(1), 'html'));
  });

  it('lets no name or reason become markup', async () => {
    const page = await renderReport(hostile(), 'html');
    expect(page).toContain('&lt;/script&gt;&lt;script&gt;alert(1)');
    expect(page).not.toContain('<img');
    expect(page).not.toContain('<script>alert');
    // The data, and the runtime; a third would be somebody else's.
    expect(page.match(/<script[ >]/g)).toHaveLength(2);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
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
