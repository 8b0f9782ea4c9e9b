import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../report.ts';
import { exampleResults } from '../testing/example.ts';
import { chat, completed, measurements, results, scenario, trial } from '../testing/results.ts';

const CHROMIUM = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);
if (CHROMIUM === undefined) {
  console.warn('skipped: no Chromium in CHROMIUM, /usr/bin/chromium or /usr/bin/google-chrome');
}

/** Names that would run, or end the data, if they were taken as markup. */
const HOSTILE = `</script><img src=x onerror="document.title='run'">$&`;

describe.skipIf(CHROMIUM === undefined)('the HTML report in Chromium', () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wirebench-report-'));
    browser = await chromium.launch({
      ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
      args: ['--no-sandbox', '--disable-gpu'],
    });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a report and runs a check in it; what the console said and the page requested comes back. */
  async function visit(
    given: Parameters<typeof renderReport>[0],
    options: BrowserContextOptions,
    check: (page: Page) => Promise<void>,
  ): Promise<{ complaints: string[]; requests: string[] }> {
    const file = join(folder, 'report.html');
    writeFileSync(file, await renderReport(given, 'html'));
    const context = await browser.newContext({ viewport: { width: 1_200, height: 900 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    await check(page);
    await context.close();
    return { complaints, requests };
  }

  const live = (page: Page) => page.waitForSelector('html[data-charts=live]', { timeout: 20_000 });

  it('draws every chart, complains of nothing and asks for nothing', async () => {
    const { complaints, requests } = await visit(exampleResults(), {}, async (page) => {
      await live(page);
      const marks = await page.$$eval('[data-chart]', (holders) =>
        holders.map((holder) => holder.querySelectorAll('.role-mark path, .mark-text text').length),
      );
      expect(marks).toHaveLength(10);
      for (const count of marks) expect(count).toBeGreaterThan(0);
    });
    expect(complaints).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  it('fades the other arms when one is picked in the legend, in its own scenario only', async () => {
    await visit(exampleResults(), {}, async (page) => {
      await live(page);
      const faded = () =>
        page.$$eval('section[id]', (sections) =>
          sections.map((section) => section.querySelectorAll('[data-chart] path[opacity="0.12"]').length > 0),
        );
      expect((await faded()).slice(0, 2)).toEqual([false, false]);
      await page.click('#live-feed button[data-arm=SSE]');
      await page.waitForSelector('#live-feed path[opacity="0.12"]', { state: 'attached' });
      expect((await faded()).slice(0, 2)).toEqual([true, false]);
      await page.click('#live-feed button[data-arm=SSE]');
      await page.waitForSelector('#live-feed path[opacity="0.12"]', { state: 'detached' });
    });
  });

  it('shows the charts also where scripts are blocked', async () => {
    await visit(exampleResults(), { javaScriptEnabled: false }, async (page) => {
      const charts = page.locator('[data-chart] > svg');
      expect(await charts.count()).toBe(10);
      for (const chart of await charts.all()) {
        const box = await chart.boundingBox();
        expect(box?.width).toBeGreaterThan(200);
        expect(box?.height).toBeGreaterThan(100);
      }
    });
  });

  it.each([
    ['wide and light', { viewport: { width: 1_400, height: 900 } }],
    ['380 pixels', { viewport: { width: 380, height: 800 } }],
    ['380 pixels without scripts', { viewport: { width: 380, height: 800 }, javaScriptEnabled: false }],
    ['dark', { colorScheme: 'dark' }],
  ] as const)('does not overflow sideways: %s', async (_, options) => {
    await visit(exampleResults(), options, async (page) => {
      const scripted = !('javaScriptEnabled' in options);
      if (scripted) await live(page);
      // Measured from outside, since a page without scripts evaluates nothing.
      const body = await page.locator('html').boundingBox();
      const width = page.viewportSize()?.width ?? 0;
      expect(body?.width).toBe(width);
      for (const chart of await page.locator('[data-chart] svg').all()) {
        const box = await chart.boundingBox();
        expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
      }
      if (scripted) {
        expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
          width,
        );
      }
    });
  });

  it('fits its tables on A4 paper', async () => {
    await visit(exampleResults(), { viewport: { width: 718, height: 1_000 } }, async (page) => {
      await live(page);
      await page.emulateMedia({ media: 'print' });
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(718);
    });
  });

  it('is dark where the system is', async () => {
    const background = async (colorScheme: 'light' | 'dark') => {
      let colour = '';
      await visit(exampleResults(1), { colorScheme }, async (page) => {
        colour = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      });
      return colour;
    };
    expect(await background('light')).toBe('rgb(252, 252, 250)');
    expect(await background('dark')).toBe('rgb(20, 22, 26)');
  });

  it('runs nothing that a name or a reason holds', async () => {
    const example = exampleResults(1);
    const given = {
      ...example,
      trials: [
        ...example.trials,
        ...example.trials.map((each) => ({ ...each, server: HOSTILE })),
        trial({ server: HOSTILE, block: 9, outcome: { status: 'failed', stage: 'server', reason: HOSTILE } }),
      ],
    } as const;
    const { complaints } = await visit(given, {}, async (page) => {
      await live(page);
      expect(await page.title()).toBe('wirebench: live-feed, chat');
      expect(await page.locator('img').count()).toBe(0);
    });
    expect(complaints).toEqual([]);
  });

  it('draws what idle connections and single trials leave to draw', async () => {
    const idle = scenario({ name: 'idle', workload: { kind: 'idle' } });
    const bytes = { payload: 0, framing: 0, headers: 900, handshake: 90, control: 9, tls: 0, outside: 0 };
    const outcome = completed(
      measurements({
        connections: { asked: 10, opened: 10, reopened: 0, unrecovered: 0 },
        bytes: { up: bytes, down: bytes },
        processes: [{ role: 'server', cpuUs: 5_000, rssBytes: 90_000, rssBeforeBytes: 50_000 }],
      }),
    );
    const given = results([trial({ scenario: idle, outcome }), trial({ scenario: chat() })]);
    const { complaints } = await visit(given, {}, async (page) => {
      await live(page);
      expect(await page.locator('#idle [data-chart]').count()).toBe(3);
      expect(await page.locator('#chat [data-chart]').count()).toBe(0);
    });
    expect(complaints).toEqual([]);
  });
});
