import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Progress } from '../../reports/results/progress.ts';
import { resultsText } from '../../reports/results/write.ts';
import { exampleResults } from '../../reports/testing/example.ts';
import { HOSTILE } from '../../reports/testing/hostile.ts';
import { ROOMS } from '../rooms.ts';
import { type LocalServer, serveLocally } from './local-server.ts';
import { RunsSite } from './runs-site.ts';

const CHROMIUM = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);
if (CHROMIUM === undefined) {
  console.warn('skipped: no Chromium in CHROMIUM, /usr/bin/chromium or /usr/bin/google-chrome');
}

/** A name with all that a folder may be called. */
const HOSTILE_NAME = HOSTILE.replaceAll('/', '∕');

// The tests build on each other: they are what one reader does, one after the other.
describe.skipIf(CHROMIUM === undefined)('the page of a folder of runs in Chromium', () => {
  let browser: Browser;
  let root: string;
  let site: RunsSite;
  let server: LocalServer;
  let page: Page;
  const complaints: string[] = [];
  const hosts = new Set<string>();

  const write = (run: string, file: string, content: string) => {
    mkdirSync(join(root, 'results', run), { recursive: true });
    writeFileSync(join(root, 'results', run, file), content);
  };
  const put = (run: string, startedAt: string) => {
    write(run, 'results.json', resultsText({ ...exampleResults(1), startedAt }));
  };
  const fly = (run: string, number: number) => {
    const [now, names] = [
      new Date().toISOString(),
      { scenario: HOSTILE, transport: 'sse', server: 'x' } as const,
    ];
    const progress: Progress = {
      schema: 'wirebench/progress@1',
      startedAt: now,
      updatedAt: now,
      scenarios: [HOSTILE],
      transports: ['sse'],
      servers: ['x'],
      planned: 3,
      ended: { valid: number - 1, doubtful: 0, invalid: 0, failed: 0, skipped: 0 },
      doing: { what: 'trial', number, ...names, stage: 'measure' },
      leftMs: 60_000,
    };
    write(run, 'progress.json', JSON.stringify(progress));
  };

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'wirebench-runs-'));
    const options = { path: join(root, 'results'), shown: 'results', generator: 'wirebench 0', rooms: ROOMS };
    site = new RunsSite({
      ...options,
      now: () => new Date(),
      onError: (error) => complaints.push(String(error)),
    });
    server = await serveLocally(site.site, 0, (error) => complaints.push(String(error)));
    put('older', '2026-01-02T00:00:00.000Z');
    put('newer', '2026-01-03T00:00:00.000Z');
    put(HOSTILE_NAME, '2026-01-01T00:00:00.000Z');
    write('cut', 'results.json', '{"schema":');
    browser = await chromium.launch({
      ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
      args: ['--no-sandbox', '--disable-gpu'],
    });
    page = await browser.newPage({ viewport: { width: 1_200, height: 900 } });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    await page.goto(`http://127.0.0.1:${server.port}/`);
    await page.waitForSelector('text=This page is live');
  });

  afterAll(async () => {
    await browser?.close();
    site?.end();
    await server?.close();
    rmSync(root, { recursive: true });
  });

  const names = () => page.locator('#runs h2').allInnerTexts();

  async function violations(): Promise<string[]> {
    await page.evaluate(axe.source);
    const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
      'axe.run(document, { resultTypes: ["violations"] })',
    );
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200))}`);
  }

  it('shows a run that begins, follows it, and lists it when it has ended, without being loaded again', async () => {
    await page.getByLabel('Compare older').check();
    await page.getByLabel('Compare newer').focus();
    fly('flying', 1);
    await page.waitForSelector('text=Trial 1 of 3');
    fly('flying', 2);
    await page.waitForSelector('text=Trial 2 of 3');
    expect(await page.locator('#in-flight').innerText()).toContain('1 valid');
    put('flying', '2026-01-04T00:00:00.000Z');
    rmSync(join(root, 'results', 'flying', 'progress.json'));
    await page.waitForSelector('text=flying has ended.');
    // The file of the cut one is of today.
    await expect
      .poll(names)
      .toEqual(['cut', 'flying', 'newer', 'older', HOSTILE_NAME.replace('\u202e', '⟨U+202E⟩')]);
    expect(await page.getByLabel('Compare older').isChecked()).toBe(true);
    expect(await page.evaluate('document.activeElement.value')).toBe('newer');
  });

  it('has nothing that axe objects to, in both themes, with a run in flight', async () => {
    fly('another', 3);
    await page.waitForSelector('text=Trial 3 of 3');
    expect(await violations()).toEqual([]);
    await page.locator('.theme input[value=dark]').check();
    expect(await violations()).toEqual([]);
  });

  it('does not overflow sideways on a phone', async () => {
    await page.setViewportSize({ width: 380, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(380);
    await page.setViewportSize({ width: 1_200, height: 900 });
  });

  it('compares the runs that are ticked, by the keyboard', async () => {
    await page.getByLabel('Compare newer').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/compare?*');
    expect(await page.locator('h1').innerText()).toBe('newer against older');
    await page.goBack();
  });

  it('opens the report of a run, whatever it is called', async () => {
    await page.locator('#runs h2 a').last().click();
    await page.waitForSelector('html[data-live]');
    expect(await page.title()).toBe('wirebench: live-feed, chat');
    await page.goBack();
    await page.waitForSelector('text=This page is live');
  });

  it('saves the results of a run', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByLabel('results.json of older').click(),
    ]);
    expect(download.suggestedFilename()).toBe('older-results.json');
  });

  it('complained of nothing in all of this, and asked nobody but its server', () => {
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([`127.0.0.1:${server.port}`]);
  });

  it('says so when its server is gone', async () => {
    site.end();
    await server.close();
    await page.waitForSelector('text=This page is not live');
  });
});
