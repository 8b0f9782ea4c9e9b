// Takes the picture in the README: the part of a report that one scenario fills.
//
//     npx wirebench run live-feed chat --trials 6 --duration 4s && node docs/picture.mjs
import { existsSync, realpathSync } from 'node:fs';
import { chromium } from 'playwright-core';

const report = realpathSync(process.argv[2] ?? 'results/latest/report.html');
const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);
if (executablePath === undefined) throw new Error('no Chromium found; set CHROMIUM to its path');

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage({ viewport: { width: 1260, height: 1800 } });
  await page.goto(`file://${report}`);
  await page.waitForFunction(() => document.querySelectorAll('figure svg').length > 0);
  const section = page
    .locator('section')
    .filter({ has: page.locator('figure') })
    .first();
  const box = await section.boundingBox();
  if (box === null) throw new Error(`${report} has no section with charts`);
  const clip = { x: 0, y: box.y, width: 1260, height: Math.min(box.height, 1500) };
  await page.screenshot({ path: 'docs/report.png', clip, fullPage: true });
} finally {
  await browser.close();
}
