import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entryOf } from '../history/entry.ts';
import { CHROMIUM, drawAll, launch, type Visit, violations, visit } from '../testing/browser.ts';
import { HOSTILE } from '../testing/hostile.ts';
import { completed, encoded, measurements, NO_BYTES, results, trial } from '../testing/results.ts';
import { renderTrend } from './render.ts';
import { TREND_METRICS, tracksOf } from './series.ts';

/** Twenty runs of two transports: WebSocket becomes twice as fast with the eleventh, SSE stays as it is. */
function trend(label: (run: number) => string) {
  const halved = [
    ...[1.02, 0.95, 0.99, 1.0, 1.12, 1.0, 1.01, 0.98, 1.01, 0.96],
    ...[0.5, 0.51, 0.48, 0.48, 0.55, 0.5, 0.49, 0.51, 0.5, 0.49],
  ];
  const entries = halved.map((ms, run) => {
    const arm = (transport: 'sse' | 'websocket', latencyMs: number) => {
      const empty = measurements();
      const latency = encoded(Array(2_000).fill(latencyMs * 1_000));
      const measured = measurements({
        histograms: { ...empty.histograms, latency },
        messages: { ...empty.messages, expected: 2_000, received: 2_000 },
        bytes: { up: NO_BYTES, down: { ...NO_BYTES, payload: 424_000 + run } },
      });
      return trial({ transport, outcome: completed(measured) });
    };
    const startedAt = new Date(Date.UTC(2026, 0, run + 1)).toISOString();
    return entryOf(
      results([arm('websocket', ms), arm('sse', 1 + ((run * 7) % 5) / 50)], { startedAt }),
      label(run),
    );
  });
  const tracks = tracksOf(entries, { metrics: TREND_METRICS, transports: null, last: 100, level: 0.01 });
  return { tracks, skipped: [], level: 0.01, tool: { name: 'wirebench', version: '0.1.0' } };
}

// The tests build on each other: they are what one reader does, one after the other.
describe.skipIf(CHROMIUM === undefined)('a trend as a page in Chromium', () => {
  let browser: Browser;
  let folder: string;
  let reader: Visit;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wirebench-trend-'));
    browser = await launch();
    const page = await renderTrend(
      trend((run) => `c${run + 1}`),
      'html',
    );
    reader = await visit(browser, join(folder, 'trend.html'), page, {
      viewport: { width: 1_200, height: 900 },
    });
    await drawAll(reader.page);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('draws every metric, and writes before and after at each change', async () => {
    const { page } = reader;
    const charts = await page.locator('[data-chart]').count();
    expect(charts).toBeGreaterThanOrEqual(3);
    expect(await page.locator('[data-chart] > .stage').count()).toBe(charts);
    const p50 = page.locator('[id="track-1-latency.p50"]');
    const said = (await p50.locator('.lead').innerText()).replaceAll('\u00a0', ' ');
    expect(said).toContain(
      'WebSocket: 2026-01-11 00:00 at c11: 50 % lower, better (1 ms to 500 µs), p = 0.001.',
    );
    expect(said).toContain('No change can be told from chance: SSE.');
    expect(await p50.locator('.stage .mark-text text').allTextContents()).toContain(
      'WebSocket: 50 % lower, 1 ms → 500 µs',
    );
    expect(await page.locator('h1').innerText()).toMatch(/^\d changes from run to run$/);
  });

  it('has the numbers as a table, and says there where the change is', async () => {
    const details = reader.page.locator('[id="track-1-latency.p50"] details');
    await details.locator('summary').click();
    expect(await details.locator('tbody tr').count()).toBe(20);
    expect(await details.locator('tbody tr').nth(10).innerText()).toMatch(/^11\s.*c11.*50\s%\slower/s);
    expect(await details.locator('tbody tr').nth(9).innerText()).not.toContain('lower');
  });

  it('hides a transport in all charts', async () => {
    const { page } = reader;
    await page.locator('input[data-arm=WebSocket]').uncheck();
    await page.waitForSelector('.stage .mark-text text[opacity="0.06"]', { state: 'attached' });
    await page.locator('input[data-arm=WebSocket]').check();
  });

  it('has nothing that axe objects to, light and dark', async () => {
    const { page } = reader;
    for (const theme of ['dark', 'light']) {
      await page.locator(`.theme input[value=${theme}]`).check();
      expect(await violations(page)).toEqual([]);
    }
  });

  it('complained of nothing, asked for nothing, and fits on a phone', async () => {
    const { page, complaints, requests } = reader;
    expect([complaints, requests.length]).toEqual([[], 1]);
    await page.setViewportSize({ width: 380, height: 800 });
    await expect
      .poll(() => page.evaluate<number>('document.documentElement.scrollWidth'))
      .toBeLessThanOrEqual(380);
  });

  it('shows a hostile label as text, also without scripts', async () => {
    const page = await renderTrend(
      trend(() => HOSTILE),
      'html',
    );
    const options = { viewport: { width: 1_200, height: 900 }, javaScriptEnabled: false };
    const { page: shown, requests } = await visit(browser, join(folder, 'hostile.html'), page, options);
    expect(await shown.locator('img').count()).toBe(0);
    expect(await shown.locator('[data-chart] > svg >> visible=true').count()).toBeGreaterThanOrEqual(3);
    expect(requests).toHaveLength(1);
  });
});
