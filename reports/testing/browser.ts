import { existsSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** What tests of pages share: a browser, a page that is watched, and what is asked of every page. */

/** Where Chromium is; nothing where there is none, and then tests of pages say that they were skipped. */
export const CHROMIUM = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);
if (CHROMIUM === undefined) {
  console.warn('skipped: no Chromium in CHROMIUM, /usr/bin/chromium or /usr/bin/google-chrome');
}

/** A page that is open, and what it complained of and asked for since. */
export interface Visit {
  readonly page: Page;
  readonly complaints: readonly string[];
  readonly requests: readonly string[];
}

/** Starts the browser. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
    args: ['--no-sandbox', '--disable-gpu'],
  });
}

/**
 * Opens a page from a file, as a reader would.
 *
 * @param content written to the file unless that is there.
 */
export async function visit(
  browser: Browser,
  file: string,
  content: string,
  options: BrowserContextOptions,
): Promise<Visit> {
  if (!existsSync(file)) writeFileSync(file, content);
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { page, complaints, requests };
}

/** Waits until every chart is drawn, in a window that they are all near to. */
export async function drawAll(page: Page): Promise<void> {
  await page.setViewportSize({ width: page.viewportSize()?.width ?? 0, height: 20_000 });
  await page.waitForSelector('html[data-live]', { timeout: 20_000 });
  await page.waitForSelector('[data-chart]:not([data-live])', { state: 'detached' });
}

/** What axe objects to. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    'axe.run(document, { resultTypes: ["violations"] })',
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200))}`);
}
