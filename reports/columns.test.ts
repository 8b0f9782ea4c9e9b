import { describe, expect, it } from 'vitest';
import { columnsOf } from './columns.ts';
import { renderText } from './render/text.ts';
import { completed, encoded, measurements, results, scenario, trial } from './testing/results.ts';

const metricsOf = (...input: Parameters<typeof scenario>) =>
  columnsOf({ scenario: scenario(...input), arms: [] }).map(({ metric }) => metric);

describe('columnsOf', () => {
  it('asks all that connect at once first how long that took and how many failed', () => {
    const storm = ['connect.p50', 'connect.p99', 'connect.max', 'connections.failed'];
    expect(metricsOf({ connecting: 'at-once' })).toEqual([
      ...storm,
      'latency.p50',
      'latency.p99',
      'bytes.perMessage',
      'server.cpuUsPerMessage',
      'server.rssBytesPerConnection',
    ]);
    expect(metricsOf({ connecting: 'at-once', workload: { kind: 'idle' } })).toEqual([
      ...storm,
      'bytes.perConnectionSecond',
      'server.cpuPercent',
      'server.rssBytesPerConnection',
    ]);
  });

  it('leaves the others as they are', () => {
    expect(metricsOf()).not.toContain('connect.p50');
    expect(metricsOf({ workload: { kind: 'idle' } })).not.toContain('connect.p99');
  });
});

describe('a report of a storm', () => {
  it('shows p50, p99 and the longest, how many failed, and why', () => {
    const storm = scenario({ connecting: 'at-once', workload: { kind: 'idle' }, connections: 2_000 });
    const empty = encoded([]);
    // 1 ms to 1,998 ms: p50 999 ms, p99 1,979 ms (1,978.02 rounded up), within the 0.1 % of a histogram.
    const connect = encoded(Array.from({ length: 1_998 }, (_, index) => (index + 1) * 1_000));
    const measured = measurements({
      histograms: {
        latency: empty,
        service: empty,
        lateness: empty,
        connect,
        recovery: empty,
        loopDelay: empty,
      },
      connections: { asked: 2_000, opened: 1_998, reopened: 0, unrecovered: 0 },
    });
    const message = '1,998 of 2,000 connections were opened; the first could not because: ECONNRESET';
    const outcome = completed(measured, [{ code: 'connections', level: 'invalid', message }]);
    const text = renderText(results([trial({ scenario: storm, outcome })]));
    expect(text).toContain('2,000 connections · all connecting at once');
    // 1,998 samples carry no p99: that takes 2,000.
    expect(text).toMatch(/\nWebSocket +999 +- +1,99\d +2 /);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      `WebSocket is invalid (connections): ${message} → do not trust its connect.*, latency.*, bytes.* and server.* in live-feed; the server did not take all at once: lower --connections,`,
    );
  });

  it('compares by p99 where the samples carry it', () => {
    const storm = scenario({ connecting: 'at-once', workload: { kind: 'idle' }, connections: 2_000 });
    const empty = encoded([]);
    const arm = (transport: 'sse' | 'websocket', us: number) => {
      const connect = encoded(Array.from({ length: 2_000 }, () => us));
      const histograms = {
        latency: empty,
        service: empty,
        lateness: empty,
        connect,
        recovery: empty,
        loopDelay: empty,
      };
      return trial({ scenario: storm, transport, outcome: completed(measurements({ histograms })) });
    };
    expect(
      renderText(results([arm('sse', 10_000), arm('websocket', 900_000)])).replaceAll(/\s+/g, ' '),
    ).toContain('SSE has the shortest p99 time to connect (10 ms); WebSocket 90 times that');
  });
});
