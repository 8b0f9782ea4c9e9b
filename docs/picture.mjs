// Takes the picture in the README: the part of a report that one scenario fills.
//
//     npx wirebench run live-feed --trials 6 && node docs/picture.mjs
import { existsSync, realpathSync } from 'node:fs';
import { chromium } from 'playwright-core';

const report = realpathSync(process.argv[2] ?? 'results/latest/report.html');
const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);
if (executablePath === undefined) throw new Error('no Chromium found; set CHROMIUM to its path');

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage({ viewport: { width: 1100, height: 1400 }, deviceScaleFactor: 1.5 });
  await page.goto(`file://${report}`);
  await page.waitForFunction(() => document.querySelectorAll('figure svg').length > 0);
  await page.screenshot({ path: 'docs/report.png', clip: { x: 0, y: 0, width: 1100, height: 1400 } });
} finally {
  await browser.close();
}
