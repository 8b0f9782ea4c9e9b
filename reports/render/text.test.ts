import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { exampleResults } from '../testing/example.ts';
import { results, trial } from '../testing/results.ts';
import { widthOf } from '../width.ts';
import { TEXT_WIDTH } from '../wrap.ts';
import { renderText } from './text.ts';

describe('renderText', () => {
  it('shows a scenario as a table, a finding and advice', () => {
    const [feed = ''] = renderText(exampleResults()).split('\n\nchat:');
    expect(feed).toBe(
      `live-feed: How stale is a price, and what does a price cost?
a publisher to everybody · 200 B · 10/s at random · 100 connections · 10 s
measured

                p50    p99   msgs  bytes  over-  reqs  msgs   CPU   mem
                 ms     ms  per s   /msg   head       /resp    µs    kB
Polling         492    970  1,000    232   32.1 1,001    10  20.6  30.3    valid
Long-polling   0.94      3  1,000    480    280 9,520  1.06  87.7  26.9 doubtful
SSE           0.421  0.946  1,000    225   24.6   100     -  9.51  16.5    valid
WebSocket     0.408  0.925  1,000    208   7.62   100     -  7.84  11.7    valid
CPU and mem: the server, per message and per connection. -: no number to show.

             over time             lowest    highest   p50 to p99
Polling      ████████████████████  463 ms    516 ms    ████
Long-polling ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁  903 µs    971 µs    ▁▂▂▃
SSE          ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁  413 µs    425 µs    ▁▁▁▁
WebSocket    ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁  399 µs    415 µs    ▁▁▁▁
Bars: latency, the median of each 500 ms, then p50, p90, p95 and p99. The lowest
(▁) is from 399 µs, every step up a factor of 2.6.

WebSocket and SSE tie for the lowest p99 latency (925 µs and 946 µs);
long-polling 3.2 times that (3 ms) and polling 1,000 times that (970 ms).
WebSocket has the fewest bytes per message (208 B); SSE 8.2 % more (225 B),
polling 12 % more (232 B) and long-polling 2.3 times that (480 B). WebSocket has
the least server CPU per message (7.84 µs); SSE 21 % more (9.51 µs), polling 2.6
times that (20.6 µs) and long-polling 11 times that (87.7 µs). With 3 trials an
arm, a difference is one that every trial shows; a test at 95 % takes 4 trials.

Long-polling is doubtful (few-samples): 1,204 samples carry a p95 and no p99 (1
  of 3 trials)
  → be careful with its latency.* in live-feed; measure longer than 10 s
  (--duration) or raise --rate`,
    );
  });

  it('gives the reasons of what failed and what was skipped', () => {
    const text = renderText(exampleResults()).replaceAll(/\s+/g, ' ');
    expect(text).toContain('Polling: skipped (the server "reference" does not serve polling)');
    expect(text).toContain('Long-polling: 1 of 3 trials failed at the stage "connect" (after 15 s');
    expect(text).toContain('WebSocket is invalid (lost): 3 of 10000 messages never arrived (1 of 3 trials)');
  });

  it('is never wider than 80 columns, whatever names and reasons hold', () => {
    const long = 'x'.repeat(300);
    const hostile = results([
      ...exampleResults(6).trials,
      trial({
        server: long,
        outcome: { status: 'failed', stage: 'server', reason: `${long} \u001b[2J\r\nmore` },
      }),
    ]);
    const text = renderText(hostile);
    for (const line of text.split('\n')) expect(widthOf(line), line).toBeLessThanOrEqual(TEXT_WIDTH);
    expect(text).not.toMatch(/[^\n\P{Cc}]/u);
  });

  it.each([40, 56, 79, 80, 200])('fits a terminal of %i columns, and leaves no number out', (width) => {
    const wide = results(
      exampleResults().trials.map((each) => ({
        ...each,
        server: '測量サーバー',
        scenario: { ...each.scenario, question: '何ミリ秒ですか 👩‍👩‍👧'.repeat(9) },
      })),
    );
    const text = renderText(wide, { width });
    for (const line of text.split('\n'))
      expect(widthOf(line), line).toBeLessThanOrEqual(Math.min(width, TEXT_WIDTH));
    for (const value of ['492', '970', '1,000', '232', '32.1', '1,001', '20.6', '30.3'])
      expect(text).toContain(` ${value}`);
  });

  it('colours only when asked to, and changes nothing else by it', () => {
    const plain = renderText(exampleResults());
    const coloured = renderText(exampleResults(), { colour: true });
    expect(stripVTControlCharacters(plain)).toBe(plain);
    expect(coloured).not.toBe(plain);
    expect(stripVTControlCharacters(coloured)).toBe(plain);
  });

  it('says that there is nothing', () => {
    expect(renderText(results([], { ceilings: [] }))).toBe('There is no trial in this file.\n');
  });
});
