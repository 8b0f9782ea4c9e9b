import { describe, expect, it } from 'vitest';
import { renderMarkdown } from './render/markdown.ts';
import { renderText } from './render/text.ts';
import { renderReport } from './report.ts';
import type { Measurements, Trial } from './results/schema.ts';
import { completed, measurements, results, scenario, trial } from './testing/results.ts';

/** A scenario with ten slow clients, by what they got over each transport. */
const SLOW = scenario({ slow: { oneIn: 10, kbps: 256 } });

function measured(transport: Trial['transport'], slow: Measurements['slow'], rssBytes: number): Trial {
  const processes = [{ role: 'server', cpuUs: 1, rssBytes, rssBeforeBytes: 0 } as const];
  return trial({ scenario: SLOW, transport, outcome: completed(measurements({ slow, processes })) });
}

const both = results([
  measured('sse', { clients: 10, expected: 1_000, received: 340, disconnected: 0 }, 120e6),
  measured('websocket', { clients: 10, expected: 1_000, received: 125, disconnected: 3 }, 250e6),
]);
const none = results([
  measured('sse', { clients: 10, expected: 1_000, received: 340, disconnected: 0 }, 120e6),
]);

function unwrapped(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

describe('a report of slow clients', () => {
  it('says how much they received and how many connections the server ended', async () => {
    const sentence =
      'Of their messages, the 10 slow clients received 34 % over SSE and 12.5 % over WebSocket; ' +
      'the server ended 3 connections over WebSocket.';
    expect(unwrapped(renderText(both))).toContain(sentence);
    expect(unwrapped(renderMarkdown(both))).toContain(sentence);
    expect(await renderReport(both, 'csv')).toContain(',slow.receivedPercent,%,higher,12.5\r\n');
  });

  it('says that none was ended', () => {
    expect(unwrapped(renderText(none))).toContain(
      'the 10 slow clients received 34 % over SSE; the server ended none of their connections.',
    );
  });

  it('shows the memory of the whole server, and who reads how slowly', () => {
    const text = renderText(both);
    expect(text).toContain('100 connections · one in 10\nreads 256 kbit/s · 10 s measured');
    expect(text).toMatch(/ RSS\n.* MB\nSSE .* 120 +valid\nWebSocket .* 250 +valid\n/);
    expect(unwrapped(text)).toContain(
      'SSE has the least server memory (120 MB); WebSocket 2.1 times that (250 MB).',
    );
  });

  it('says nothing where nobody is slow', () => {
    expect(renderText(results([trial()]))).not.toContain('slow');
  });
});
