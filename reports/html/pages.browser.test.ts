import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportComparison } from '../compare/report.ts';
import { renderReport } from '../report.ts';
import { AWKWARD } from '../testing/awkward.ts';
import { CHROMIUM, drawAll, launch, type Visit, violations, visit } from '../testing/browser.ts';
import { exampleResults } from '../testing/example.ts';
import { HOSTILE } from '../testing/hostile.ts';
import { search, searchResults } from '../testing/searches.ts';

const DESKTOP = { width: 1_200, height: 900 };
const PHONE = { width: 380, height: 800 };

/** Pixels of A4 between its margins. */
const PAPER_WIDTH = 718;

const ground = (page: Page) => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
const [LIGHT, DARK] = ['rgb(252, 252, 250)', 'rgb(20, 22, 26)'];

const scrollWidth = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth');

/** What is asked of every page that is made of results. */
interface PageCase {
  readonly name: string;
  readonly charts: number;
  readonly make: () => Promise<string>;
  /** The same with hostile text in every name. */
  readonly hostile: () => Promise<string>;
}

async function comparison(name: string, server = 'reference'): Promise<string> {
  const before = exampleResults(4);
  const slower = before.trials.map((each) => {
    if (each.outcome.status !== 'completed') return { ...each, server };
    const { measurements } = each.outcome;
    const processes = measurements.processes.map((used) => ({ ...used, cpuUs: used.cpuUs * 1.3 }));
    return { ...each, server, outcome: { ...each.outcome, measurements: { ...measurements, processes } } };
  });
  const runs = [
    {
      name: `${name}before`,
      results: { ...before, trials: before.trials.map((each) => ({ ...each, server })) },
    },
    { name: `${name}after`, results: { ...before, trials: slower } },
  ];
  return (await reportComparison(runs, 'html')).text;
}

const CASES: readonly PageCase[] = [
  {
    name: 'compare',
    charts: 2,
    make: () => comparison('results/'),
    hostile: () => comparison(HOSTILE, HOSTILE),
  },
  {
    name: 'capacity',
    charts: 1,
    make: () => renderReport(searchResults(search('sse'), search('websocket')), 'html'),
    hostile: () =>
      renderReport(searchResults(search('sse', HOSTILE), search('sse', 'n'.repeat(200))), 'html'),
  },
];

let browser: Browser;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-pages-'));
  if (CHROMIUM !== undefined) browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(
  name: string,
  make: () => Promise<string>,
  options: BrowserContextOptions,
): Promise<Visit> {
  return visit(browser, join(folder, `${name}.html`), await make(), options);
}

describe.skipIf(CHROMIUM === undefined).each(CASES)(
  'the page of $name in Chromium',
  ({ name, charts, make, hostile }) => {
    it('draws every chart, in a theme that axe does not object to, and then in the other', async () => {
      const { page, complaints, requests } = await open(name, make, { viewport: DESKTOP });
      await drawAll(page);
      expect(await page.locator('.stage > svg').count()).toBe(charts);
      expect(await ground(page)).toBe(LIGHT);
      expect(await violations(page)).toEqual([]);
      await page.locator('.theme input[value=dark]').check();
      expect(await ground(page)).toBe(DARK);
      expect(await violations(page)).toEqual([]);
      expect({ complaints, requests: requests.length }).toEqual({ complaints: [], requests: 1 });
    });

    it('is no wider than a phone, nor than paper, where it is light and has the static drawings', async () => {
      const { page } = await open(name, make, { viewport: PHONE, colorScheme: 'dark' });
      await drawAll(page);
      expect(await scrollWidth(page)).toBeLessThanOrEqual(PHONE.width);
      await page.setViewportSize({ width: PAPER_WIDTH, height: 1_000 });
      await page.emulateMedia({ media: 'print' });
      expect(await ground(page)).toBe(LIGHT);
      expect(await page.locator('[data-chart] > svg >> visible=true').count()).toBe(charts);
      expect(await scrollWidth(page)).toBeLessThanOrEqual(PAPER_WIDTH);
    });

    it('has charts and numbers where scripts are blocked', async () => {
      const { page } = await open(name, make, { viewport: DESKTOP, javaScriptEnabled: false });
      expect(await page.locator('[data-chart] > svg >> visible=true').count()).toBe(charts);
      expect(await page.locator('tbody tr').count()).toBeGreaterThan(5);
      expect(await page.locator('input >> visible=true').count()).toBe(0);
    });

    it('shows hostile text as text, within the width of the page', async () => {
      const { page, complaints } = await open(`${name}-hostile`, hostile, { viewport: PHONE });
      await drawAll(page);
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.locator('main').innerText()).toContain(HOSTILE.replace('\u202e', '⟨U+202E⟩'));
      expect(await page.title()).not.toBe('run');
      expect(await scrollWidth(page)).toBeLessThanOrEqual(PHONE.width);
      expect(complaints).toEqual([]);
    });
  },
);

describe.skipIf(CHROMIUM === undefined)('a comparison on a phone', () => {
  it('has the chart before the table, intervals on one line, and a shade where the table goes on', async () => {
    const { page } = await open('phone', () => comparison('results/'), { viewport: PHONE });
    await drawAll(page);
    const section = page.locator('section').first();
    const top = async (selector: string) => (await section.locator(selector).first().boundingBox())?.y ?? 0;
    expect(await top('figure')).toBeLessThan(await top('.content > .scroll'));
    const intervals = await section.locator('.content > .scroll td:nth-child(6)').allTextContents();
    expect(intervals.filter((text) => /^\S+$/.test(text.replaceAll('\u00a0', '_')))).toEqual(intervals);
    const table = section.locator('.content > .scroll');
    expect(await table.evaluate((box) => box.scrollWidth > box.clientWidth)).toBe(true);
    expect(
      await page.evaluate<string>(
        "getComputedStyle(document.querySelector('.content > .scroll')).backgroundAttachment",
      ),
    ).toBe('local, local, scroll, scroll');
  });
});

describe.skipIf(CHROMIUM === undefined)('a report of awkward results in Chromium', () => {
  it.each(['awkward names', '24 arms', 'very large', 'one trial'] as const)(
    'is no wider than a phone or a desktop: %s',
    async (name) => {
      const make = () => renderReport(AWKWARD[name](), 'html');
      const { page, complaints } = await open(name, make, { viewport: PHONE });
      await drawAll(page);
      expect(await scrollWidth(page)).toBeLessThanOrEqual(PHONE.width);
      await page.setViewportSize(DESKTOP);
      expect(await scrollWidth(page)).toBeLessThanOrEqual(DESKTOP.width);
      expect(complaints).toEqual([]);
    },
  );
});
