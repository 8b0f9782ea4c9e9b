// Takes the picture in the README: the first chapter of the sample report, down to the percentiles.
//
//     node docs/picture.mjs [report.html]
import { existsSync, realpathSync } from 'node:fs';
import { chromium } from 'playwright-core';

const report = realpathSync(process.argv[2] ?? 'docs/sample-report.html');
const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);
if (executablePath === undefined) throw new Error('no Chromium found; set CHROMIUM to its path');

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage({ viewport: { width: 1260, height: 3000 }, colorScheme: 'light' });
  await page.goto(`file://${report}`);
  const last = page.locator('article').first().locator('section[id$=-percentiles]');
  await last.locator('[data-chart][data-live]').waitFor();
  const start = await page.locator('article').first().boundingBox();
  const end = await last.boundingBox();
  if (start === null || end === null) throw new Error(`${report} has no chapter with percentiles`);
  const clip = { x: 0, y: start.y + 2, width: 1260, height: end.y + end.height - start.y + 24 };
  await page.screenshot({ path: 'docs/report.png', clip, fullPage: true });
} finally {
  await browser.close();
}
