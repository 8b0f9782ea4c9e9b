import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../report.ts';
import { resultsText } from '../results/write.ts';
import { CHROMIUM, drawAll, launch, type Visit, violations, visit } from '../testing/browser.ts';
import { exampleResults } from '../testing/example.ts';
import { HOSTILE, hostileResults } from '../testing/hostile.ts';
import { chat, completed, measurements, results, scenario, trial } from '../testing/results.ts';

const DESKTOP = { width: 1_200, height: 900 };
const PHONE = { width: 380, height: 800 };

// The tests of a page build on each other: they are what one reader does, one after the other.
describe.skipIf(CHROMIUM === undefined)('the HTML report in Chromium', () => {
  let browser: Browser;
  let folder: string;
  let desktop: Visit;
  const given = exampleResults();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wirebench-report-'));
    browser = await launch();
    desktop = await visitReport('example', given, { viewport: DESKTOP });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function visitReport(
    name: string,
    of: Parameters<typeof renderReport>[0],
    options: BrowserContextOptions,
  ): Promise<Visit> {
    return visit(browser, join(folder, `${name}.html`), await renderReport(of, 'html'), options);
  }

  const background = (page: Page) => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
  const [LIGHT, DARK] = ['rgb(252, 252, 250)', 'rgb(20, 22, 26)'];

  it('shows its first charts at once, and draws those that are near', async () => {
    const { page } = desktop;
    await page.waitForSelector('html[data-live]');
    expect(await page.locator('[data-chart] > svg').count()).toBe(16);
    // The last is thousands of pixels away.
    expect(await page.locator('[data-chart]').last().getAttribute('data-live')).toBeNull();
  });

  it('draws every chart', async () => {
    const { page } = desktop;
    await drawAll(page);
    const marks = await page.$$eval('[data-chart] > .stage', (stages) =>
      stages.map((stage) => stage.querySelectorAll('.role-mark path, .mark-text text').length),
    );
    expect(marks).toHaveLength(16);
    for (const count of marks) expect(count).toBeGreaterThan(0);
    expect(await page.locator('[data-chart] > svg >> visible=true').count()).toBe(0);
  });

  it('hides an arm in the charts of every scenario by a checkbox that the keyboard reaches', async () => {
    const { page } = desktop;
    const faded = () => page.locator('.stage path[opacity="0.06"]').count();
    const boxes = page.locator('input[data-arm=SSE]');
    expect(await faded()).toBe(0);
    await boxes.first().focus();
    await page.keyboard.press('Space');
    for (const id of ['live-feed', 'chat']) {
      await page.waitForSelector(`#${id} .stage path[opacity="0.06"]`, { state: 'attached' });
    }
    expect(await boxes.last().isChecked()).toBe(false);
    await page.keyboard.press('Space');
    await page.waitForSelector('.stage path[opacity="0.06"]', { state: 'detached' });
    expect(await boxes.last().isChecked()).toBe(true);
  });

  it('shows the arm alone whose mark is pressed, and says so by the checkboxes', async () => {
    const { page } = desktop;
    const checked = () =>
      page.$$eval('#live-feed input[data-arm]', (boxes) => boxes.map((box) => box.matches(':checked')));
    const bar = page.locator('#live-feed-resources .stage .mark-rect path').last();
    await bar.click();
    expect(await checked()).toEqual([false, false, false, true]);
    await bar.click();
    expect(await checked()).toEqual([true, true, true, true]);
  });

  it('says what is under the pointer', async () => {
    const { page } = desktop;
    await page.locator('#live-feed-resources .stage .mark-rect path').last().hover();
    expect(await page.locator('.tip').textContent()).toMatch(/^WebSocket: [\d.]+ kB$/);
    await page.mouse.move(1, 1);
    await page.waitForSelector('.tip', { state: 'hidden' });
  });

  it('opens the numbers of a chart by the keyboard', async () => {
    const { page } = desktop;
    const details = page.locator('#live-feed-percentiles details');
    await details.locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await details.locator('tbody tr').count()).toBe(4);
    await page.keyboard.press('Tab');
    expect(await page.evaluate<string>('document.activeElement.className')).toBe('scroll');
  });

  it('saves its data as files', async () => {
    const { page } = desktop;
    const saved = async (name: string) => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.click(`text=Save ${name}`)]);
      expect(download.suggestedFilename()).toBe(name);
      return readFileSync(await download.path(), 'utf8');
    };
    expect(await saved('summary.json')).toBe(await renderReport(given, 'json'));
    expect(await saved('values.csv')).toBe(await renderReport(given, 'csv'));
    expect(await saved('results.json')).toBe(resultsText(given));
  });

  it('is light or dark as the system is, or as the reader chooses, also the next time', async () => {
    const { page } = desktop;
    expect(await background(page)).toBe(LIGHT);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await background(page)).toBe(DARK);
    await page.locator('.theme input[value=light]').check();
    expect(await background(page)).toBe(LIGHT);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.locator('.theme input[value=light]').focus();
    await page.keyboard.press('ArrowRight');
    expect(await background(page)).toBe(DARK);
    await page.reload();
    expect(await background(page)).toBe(DARK);
    expect(await page.locator('.theme input[value=dark]').isChecked()).toBe(true);
  });

  it('has nothing that axe objects to, in both themes', async () => {
    const { page } = desktop;
    await drawAll(page);
    expect(await violations(page)).toEqual([]);
    await page.locator('.theme input[value=light]').check();
    expect(await violations(page)).toEqual([]);
  });

  it('does not overflow sideways on a phone', async () => {
    const { page } = desktop;
    await page.setViewportSize(PHONE);
    await expect
      .poll(() => page.evaluate<number>('document.documentElement.scrollWidth'))
      .toBeLessThanOrEqual(PHONE.width);
    const stages = page.locator('.stage svg');
    for (const stage of await stages.all()) {
      const box = await stage.boundingBox();
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(PHONE.width);
    }
  });

  it('prints light, the static drawings, no controls, and nothing wider than the paper', async () => {
    const { page } = desktop;
    await page.locator('.theme input[value=dark]').check();
    await page.setViewportSize({ width: 718, height: 1_000 });
    await page.emulateMedia({ media: 'print' });
    expect(await background(page)).toBe(LIGHT);
    expect(await page.locator('[data-chart] > svg >> visible=true').count()).toBe(16);
    expect(await page.locator('.stage >> visible=true').count()).toBe(0);
    expect(await page.locator('input >> visible=true').count()).toBe(0);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(718);
  });

  it('complained of nothing in all of this, and asked for nothing but itself', () => {
    expect(desktop.complaints).toEqual([]);
    // Itself twice, as it was loaded again, and what it saved of its own.
    const others = desktop.requests.filter((url) => !/^(file:.*\/example\.html|blob:)/.test(url));
    expect(others).toEqual([]);
  });

  it('shows charts and tables where scripts are blocked, and no control that would do nothing', async () => {
    const { page, complaints } = await visitReport('example', given, {
      viewport: DESKTOP,
      javaScriptEnabled: false,
    });
    expect(await page.locator('[data-chart] > svg >> visible=true').count()).toBe(16);
    expect(await page.locator('input >> visible=true').count()).toBe(0);
    expect(await page.locator('button >> visible=true').count()).toBe(0);
    await page.setViewportSize(PHONE);
    // Measured from outside, since a page without scripts evaluates nothing.
    expect((await page.locator('html').boundingBox())?.width).toBe(PHONE.width);
    expect((await page.locator('main').boundingBox())?.width).toBeLessThanOrEqual(PHONE.width);
    expect(complaints.filter((text) => !text.includes('script'))).toEqual([]);
  });

  it('shows hostile text as text', async () => {
    const { page, complaints, requests } = await visitReport('hostile', hostileResults(), {
      viewport: DESKTOP,
    });
    await drawAll(page);
    expect(await page.title()).toBe('wirebench: live-feed, chat');
    expect(await page.locator('img').count()).toBe(0);
    const text = await page.locator('#live-feed').innerText();
    expect(text).toContain(HOSTILE.replace('\u202e', '⟨U+202E⟩'));
    expect(await page.locator('#live-feed .stage').first().innerHTML()).not.toContain('\u202e');
    expect(complaints).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  it('draws what idle connections and single trials leave to draw', async () => {
    const idle = scenario({ name: 'idle', workload: { kind: 'idle' } });
    const bytes = { payload: 0, framing: 0, headers: 900, handshake: 90, control: 9, tls: 0, outside: 0 };
    const outcome = completed(
      measurements({
        connections: { asked: 10, opened: 10, reopened: 0, unrecovered: 0 },
        bytes: { up: bytes, down: bytes },
        requests: { total: 100, empty: 100, carrying: 0 },
        processes: [{ role: 'server', cpuUs: 5_000, rssBytes: 90_000, rssBeforeBytes: 50_000 }],
      }),
    );
    const single = results([trial({ scenario: idle, outcome }), trial({ scenario: chat() })]);
    const { page, complaints } = await visitReport('single', single, { viewport: DESKTOP });
    await drawAll(page);
    expect(await page.locator('#idle .stage').count()).toBe(4);
    expect(await page.locator('#chat .stage').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
