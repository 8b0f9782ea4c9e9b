import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { renderReport } from '../report.ts';
import { readResults } from '../results/read.ts';
import { median } from '../statistics.ts';
import { sixScenarios } from './example.ts';

/**
 * What a report costs: bytes, the time to make it in a fresh process, and the time until its first chart is
 * seen in Chromium, from the start of the navigation. Of a results file, or of four transports in six scenarios.
 *
 *     node dist/reports/testing/page-bench.js [results.json]
 */

const started = performance.now();
const [file] = process.argv.slice(2);
const results = file === undefined ? sixScenarios(3) : await readResults(file);
const before = performance.now();
const page = await renderReport(results, 'html');
const made = performance.now() - before;
const trials = results.trials.length;
console.log(
  `${trials} trials of ${new Set(results.trials.map(({ scenario }) => scenario.name)).size} scenarios`,
);
console.log(
  `made in    ${Math.round(made)} ms, Vega loaded in it (after ${Math.round(before - started)} ms of reading)`,
);

const folder = mkdtempSync(join(tmpdir(), 'wirebench-page-'));
try {
  const path = join(folder, 'report.html');
  writeFileSync(path, page);
  const [embedded = ''] = /(?<=id="data-results">)[^<]*/.exec(page) ?? [];
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(3)} MB`;
  console.log(
    `size       ${megabytes(statSync(path).size)}, of it the results ${megabytes(embedded.length)}`,
  );
  const executablePath = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
    (each) => each !== undefined && existsSync(each),
  );
  if (executablePath === undefined) console.log('no Chromium found; set CHROMIUM to its path');
  else await visit(executablePath, pathToFileURL(path).href);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Opens the page five times, each in a fresh context. */
async function visit(executablePath: string, url: string): Promise<void> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const [seen, live]: [number[], number[]] = [[], []];
    for (let round = 0; round < 5; round += 1) {
      const context = await browser.newContext({ viewport: { width: 1_280, height: 900 } });
      const tab = await context.newPage();
      await tab.goto(url);
      // The static drawings come with the first paint; the first live one when the script is done with it.
      seen.push(
        await tab.evaluate<number>('performance.getEntriesByName("first-contentful-paint")[0]?.startTime'),
      );
      await tab.locator('[data-chart]').first().scrollIntoViewIfNeeded();
      await tab.waitForSelector('[data-chart][data-live]');
      live.push(await tab.evaluate<number>('performance.now()'));
      await context.close();
    }
    console.log(`first seen ${Math.round(median(seen) ?? 0)} ms, with the charts as drawn in the file`);
    console.log(`first live ${Math.round(median(live) ?? 0)} ms, a chart that answers the pointer`);
  } finally {
    await browser.close();
  }
}
