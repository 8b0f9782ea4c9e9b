import { expect, test } from 'vitest';
import { measure } from './testing/measure.ts';

test.each(['long-polling', 'sse', 'websocket'] as const)(
  '5,000 %s connections, one frame a second to each, on one server and one generator: nothing is lost',
  async (transport) => {
    const { validity, warnings, measurements } = await measure({
      scenario: {
        workload: {
          kind: 'push',
          origin: 'publisher',
          audience: 'all',
          payloadBytes: 100,
          schedule: { kind: 'constant', perSecond: 1 },
        },
        connections: 5_000,
        phases: { warmupMs: 1_000, measureMs: 5_000, drainMs: 5_000 },
      },
      transport,
      workers: 1,
    });
    expect(warnings).toEqual([]);
    expect(validity).toBe('valid');
    expect(measurements.connections).toEqual({ asked: 5_000, opened: 5_000, reopened: 0, unrecovered: 0 });
    expect(measurements.messages).toMatchObject({
      due: 5,
      sent: 5,
      expected: 25_000,
      received: 25_000,
      lost: 0,
      duplicated: 0,
      reordered: 0,
    });
    expect(measurements.processes.map(({ role }) => role)).toEqual(['server', 'publisher', 'worker']);
  },
);
