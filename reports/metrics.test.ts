import { describe, expect, it } from 'vitest';
import { METRIC_IDS, METRICS, type MetricId } from './metrics.ts';
import { encoded, measurements } from './testing/results.ts';

/** 100 deliveries in 4 s over 10 connections, with numbers that can be divided by hand. */
const measured = measurements({
  measureMs: 4_000,
  histograms: {
    latency: encoded(Array.from({ length: 100 }, (_, index) => index + 1)),
    service: encoded([500]),
    lateness: encoded([]),
    connect: encoded([10, 20, 30]),
    recovery: encoded([100, 200, 400]),
    loopDelay: encoded([7]),
  },
  messages: {
    due: 50,
    sent: 49,
    unsent: 1,
    expected: 104,
    received: 100,
    lost: 4,
    duplicated: 3,
    superseded: 7,
    compressed: 6,
    reordered: 2,
    negative: 0,
  },
  requests: { total: 60, empty: 20, carrying: 40 },
  connections: { asked: 11, opened: 10, reopened: 5, unrecovered: 0, accepted: 12, established: 13 },
  slow: { clients: 2, expected: 80, received: 20, disconnected: 1 },
  bytes: {
    up: { payload: 0, framing: 10, headers: 1_000, handshake: 100, control: 1, tls: 2, outside: 9_999 },
    down: { payload: 5_000, framing: 90, headers: 2_000, handshake: 200, control: 3, tls: 4, outside: 9_999 },
  },
  processes: [
    { role: 'server', cpuUs: 300_000, rssBytes: 6_000, rssBeforeBytes: 4_000 },
    { role: 'server', cpuUs: 100_000, rssBytes: 3_000, rssBeforeBytes: 2_000 },
    { role: 'server', cpuUs: 0, rssBytes: 500, rssBeforeBytes: 700 },
    { role: 'publisher', cpuUs: 20_000, rssBytes: 900, rssBeforeBytes: 100 },
    { role: 'worker', cpuUs: 180_000, rssBytes: 800, rssBeforeBytes: 300 },
  ],
});

describe('METRICS', () => {
  it.each([
    ['latency.mean', 50.5],
    ['latency.p50', 50],
    ['latency.p90', 90],
    ['latency.p99', 99],
    ['latency.max', 100],
    ['service.p50', 500],
    ['connect.max', 30],
    ['recovery.p50', 200],
    ['recovery.max', 400],
    ['messages.due', 50],
    ['messages.sent', 49],
    ['messages.expected', 104],
    ['messages.lost', 4],
    ['messages.duplicated', 3],
    ['messages.reordered', 2],
    ['messages.perResponse', 2.5], // 100 / 40
    ['delivered.perSecond', 25], // 100 / 4 s
    ['requests.total', 60],
    ['requests.empty', 20],
    ['connections.asked', 11],
    ['connections.reopened', 5],
    ['connections.failed', 1],
    ['connections.accepted', 12],
    ['connections.established', 13],
    ['messages.superseded', 7],
    ['messages.compressed', 6],
    ['slow.receivedPercent', 25],
    ['slow.disconnected', 1],
    ['bytes.up', 1_113], // 10 + 1,000 + 100 + 1 + 2, without what is outside
    ['bytes.down', 7_297],
    ['bytes.payload', 5_000],
    ['bytes.framing', 100],
    ['bytes.headers', 3_000],
    ['bytes.handshake', 300],
    ['bytes.control', 4],
    ['bytes.tls', 6],
    ['bytes.perMessage', 84.1], // (1,113 + 7,297) / 100
    ['bytes.overheadPerMessage', 34.1], // less 5,000 / 100
    ['bytes.perConnectionSecond', 262.8125], // 8,410 / (10 − 2 slow ones) / 4 s
    ['server.cpuUsPerMessage', 4_000], // 400,000 / 100
    ['server.cpuPercent', 10], // 400,000 µs of 4,000,000
    ['server.rssBytes', 9_500],
    ['server.rssBytesPerConnection', 300], // (2,000 + 1,000 + 0) / 10
    ['generator.cpuUsPerMessage', 2_000], // publisher and worker
    ['generator.cpuPercent', 5],
    ['generator.rssBytesPerConnection', 50], // the worker alone
    ['generator.loopDelayP99', 7],
  ] as const satisfies readonly (readonly [MetricId, number])[])('%s is %d', (metric, expected) => {
    expect(METRICS[metric].of(measured)).toBeCloseTo(expected, 9);
  });

  it('has no number where there is none, rather than 0', () => {
    const nothing = measurements();
    const without = METRIC_IDS.filter((metric) => METRICS[metric].of(nothing) === null);
    expect(without).toEqual(
      METRIC_IDS.filter(
        (metric) =>
          /^(latency|service|lateness|connect|recovery|server|generator|slow)\./.test(metric) ||
          /per(Message|ConnectionSecond|Response|Second)$|PerMessage$|\.(superseded|compressed|accepted|established)$/.test(
            metric,
          ),
      ),
    );
  });

  it('has no messages per answer for a stream', () => {
    const stream = measurements({
      messages: { ...measured.messages },
      requests: { total: 5, empty: 0, carrying: null },
    });
    expect(METRICS['messages.perResponse'].of(stream)).toBeNull();
  });

  it('keeps every id that files and gates rely on', () => {
    // The list of the design; a change here breaks saved files.
    const distributions = ['latency', 'service', 'lateness'].flatMap((name) =>
      ['mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'].map((part) => `${name}.${part}`),
    );
    const others = [
      'connect: p50 p99 max',
      'recovery: p50 p99 max',
      'messages: due sent expected received lost duplicated reordered superseded compressed perResponse',
      'delivered: perSecond',
      'requests: total empty',
      'connections: asked opened reopened failed accepted established',
      'slow: receivedPercent disconnected',
      'bytes: up down payload framing headers handshake control tls',
      'bytes: perMessage overheadPerMessage perConnectionSecond',
      'server: cpuUsPerMessage cpuPercent rssBytes rssBytesPerConnection',
      'generator: cpuUsPerMessage cpuPercent rssBytesPerConnection loopDelayP99',
    ].flatMap((line) => {
      const [name = '', parts = ''] = line.split(': ');
      return parts.split(' ').map((part) => `${name}.${part}`);
    });
    expect(METRIC_IDS).toEqual([...distributions, ...others]);
  });
});
