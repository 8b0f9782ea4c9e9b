import { describe, expect, it } from 'vitest';
import { parseObjective } from '../objectives.ts';
import { scenario } from '../testing/results.ts';
import { stepMs } from './step-length.ts';

/** A feed to as many clients as asked, 10 messages a second to each; a step of a second at least. */
const feed = (connections: number) => scenario({ connections, phases: { measureMs: 1_000 } });

describe('stepMs', () => {
  it.each([
    ['what the scenario has', 1_000, 'messages.lost<=0', 0.05, 1_000],
    // 2,000 samples carry a p99, and 15 % are to spare: 2,300 at 1,000/s, and at 100/s.
    ['long enough for a p99', 100, 'latency.p99<=1ms', 0.05, 2_300],
    ['longer where less is delivered', 10, 'latency.p99<=1ms', 0.05, 23_000],
    // The harness has a sample of each message that it sends, and not of each delivery.
    ['by what is sent, where that is asked', 100, 'lateness.p50<=1ms', 0.05, 4_600],
    // 5 % too much makes 100 ms of queue in 2 s.
    ['long enough for a queue to show', 1_000, 'latency.max<=100ms', 0.05, 2_000],
    ['longer for a closer look', 1_000, 'latency.max<=100ms', 0.01, 10_000],
    ['no longer than a minute', 1, 'latency.p999<=1ms', 0.05, 60_000],
    ['no longer for what no length changes', 10, 'connect.p99<=1ms', 0.05, 1_000],
  ])('is %s', (_, connections, objective, precision, expected) => {
    expect(stepMs(feed(connections), [parseObjective(objective)], precision)).toBe(expected);
  });

  it('is never shorter than the scenario asks for', () => {
    const long = scenario({ phases: { measureMs: 120_000 } });
    expect(stepMs(long, [parseObjective('latency.p99<=1ms')], 0.05)).toBe(120_000);
  });
});
