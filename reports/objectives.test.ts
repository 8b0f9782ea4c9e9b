import { describe, expect, it } from 'vitest';
import { show } from '../scenarios/explain.ts';
import { METRIC_IDS, METRICS } from './metrics.ts';
import { formatObjective, keeps, type Objective, ObjectiveError, parseObjective } from './objectives.ts';

const absolute = (amount: number) => ({ kind: 'absolute', amount });
const relative = (change: number) => ({ kind: 'relative', change });

describe('parseObjective', () => {
  it.each([
    ['latency.p99<=100ms', null, 'latency.p99', '<=', absolute(100_000)],
    ['  websocket  latency.p99 <= 50 ms ', 'websocket', 'latency.p99', '<=', absolute(50_000)],
    ['long-polling latency.max<0.3s', 'long-polling', 'latency.max', '<', absolute(300_000)],
    ['latency.p50 <= 900us', null, 'latency.p50', '<=', absolute(900)],
    ['latency.p50 <= 900µs', null, 'latency.p50', '<=', absolute(900)],
    ['latency.p50 <= 900μs', null, 'latency.p50', '<=', absolute(900)],
    ['bytes.perMessage <= 250B', null, 'bytes.perMessage', '<=', absolute(250)],
    ['bytes.down < 1.5 kB', null, 'bytes.down', '<', absolute(1_500)],
    ['server.rssBytes <= 2GB', null, 'server.rssBytes', '<=', absolute(2e9)],
    ['server.cpuPercent <= 80%', null, 'server.cpuPercent', '<=', absolute(80)],
    ['delivered.perSecond >= 1000/s', null, 'delivered.perSecond', '>=', absolute(1_000)],
    ['delivered.perSecond > 1000 1/s', null, 'delivered.perSecond', '>', absolute(1_000)],
    ['messages.lost<=0', null, 'messages.lost', '<=', absolute(0)],
    ['sse bytes.perMessage <= +1%', 'sse', 'bytes.perMessage', '<=', relative(0.01)],
    ['latency.p99 <= -5 %', null, 'latency.p99', '<=', relative(-0.05)],
    ['messages.received >= -0.1%', null, 'messages.received', '>=', relative(-0.001)],
    // A sign makes it a change even where per cent is the unit.
    ['server.cpuPercent <= +10%', null, 'server.cpuPercent', '<=', relative(0.1)],
  ])('reads %j', (text, transport, metric, relation, bound) => {
    expect(parseObjective(text)).toEqual({ transport, metric, relation, bound });
  });

  it.each([
    ['', 'is no objective; write one such as "latency.p99 <= 100ms"'],
    ['latency.p99', 'is no objective; write one such as "latency.p99 <= 100ms"'],
    ['latency.p99 = 5ms', 'is no objective; write one such as "latency.p99 <= 100ms"'],
    ['latency.p99 <= fast', 'is no objective; write one such as "latency.p99 <= 100ms"'],
    ['latency.p99 <= 1e3ms', 'latency.p99 needs a unit: ms, us, s or µs, not "e3ms"'],
    ['latency.p98 <= 5ms', 'there is no metric "latency.p98"; did you mean "latency.p90"?'],
    ['bytes.perMesage <= 5B', 'there is no metric "bytes.perMesage"; did you mean "bytes.perMessage"?'],
    ['toString <= 5', /^there is no metric "toString"; use one of latency\.…, service\.…, /],
    [
      'connect.somethingVeryDifferent <= 5ms',
      'there is no metric "connect.somethingVeryDifferent"; use one of connect.p50, connect.p99, connect.max',
    ],
    ['websockets latency.p99 <= 5ms', 'there is no transport "websockets"; did you mean "websocket"?'],
    ['latency.p99 <= 100', 'latency.p99 needs a unit: ms, us, s or µs, and there is none'],
    ['latency.p99 <= 100B', 'latency.p99 needs a unit: ms, us, s or µs, not "B"'],
    ['bytes.perMessage <= 1KB', 'bytes.perMessage needs a unit: B, kB, MB or GB, not "KB"'],
    ['bytes.perMessage <= 1toString', 'bytes.perMessage needs a unit: B, kB, MB or GB, not "toString"'],
    ['server.cpuPercent <= 80', 'server.cpuPercent needs the unit %, and there is none'],
    ['messages.lost <= 0ms', 'messages.lost is a count and takes no unit, not "ms"'],
    ['messages.lost <= 1%', 'messages.lost is a count and takes no unit, not "%"'],
    ['latency.p99 <= +5ms', 'a change is given in %, as in "+1%", not in "ms"'],
    ['messages.lost <= -1', 'a change is given in %, as in "+1%", and there is no unit'],
    ['latency.p99 <= -101%', 'nothing can be lower by more than 100 %'],
    [`latency.p99 <= 1${' '.repeat(200)}ms`, 'is no objective; write one such as "latency.p99 <= 100ms"'],
    [`latency.p99 <= ${'9'.repeat(150)}ms`, 'the amount is too large'],
    [`latency.p99 <= +${'9'.repeat(150)}%`, 'the change is too large'],
  ])('refuses %j in one line', (text, reason) => {
    const error = thrown(() => parseObjective(text));
    expect(error).toBeInstanceOf(ObjectiveError);
    expect(error.message).not.toContain('\n');
    const said = error.message.slice(show(text).length).replace(/^:? /, '');
    if (typeof reason === 'string') expect(said).toBe(reason);
    else expect(said).toMatch(reason);
  });

  it('knows a unit of every metric', () => {
    const amounts = { µs: '1ms', B: '1B', '1/s': '1/s', '%': '1%', count: '1' };
    for (const id of METRIC_IDS) {
      expect(parseObjective(`${id} <= ${amounts[METRICS[id].unit]}`).metric).toBe(id);
    }
  });
});

describe('formatObjective', () => {
  it.each([
    'latency.p99 <= 100 ms',
    'websocket latency.p50 < 0.5 s',
    'sse bytes.perMessage <= +1 %',
    'delivered.perSecond >= -2.5 %',
    'delivered.perSecond > 1,000/s',
    'messages.lost <= 0',
  ])('writes %s, which reads as the same', (text) => {
    const objective = parseObjective(text.replace(',', ''));
    expect(formatObjective(objective)).toBe(text.replace('0.5 s', '500 ms'));
    expect(parseObjective(formatObjective(objective).replace(',', ''))).toEqual(objective);
  });
});

describe('keeps', () => {
  const of = (relation: Objective['relation'], bound: Objective['bound']): Objective => {
    return { transport: null, metric: 'bytes.perMessage', relation, bound };
  };
  const hundred = { kind: 'absolute', amount: 100 } as const;
  // 1 % above a baseline of 200 is 202.
  const onePercent = { kind: 'relative', change: 0.01 } as const;

  it.each([
    ['<=', hundred, 100, true],
    ['<=', hundred, 100.1, false],
    ['<', hundred, 100, false],
    ['<', hundred, 99.9, true],
    ['>=', hundred, 100, true],
    ['>=', hundred, 99.9, false],
    ['>', hundred, 100, false],
    ['>', hundred, 100.1, true],
    ['<=', onePercent, 202, true],
    ['<=', onePercent, 202.1, false],
    ['>=', { kind: 'relative', change: -0.01 }, 198, true],
    ['>=', { kind: 'relative', change: -0.01 }, 197.9, false],
  ] as const)('a bound %s %j for %d: %s', (relation, bound, value, expected) => {
    expect(keeps(of(relation, bound), value, 200)).toBe(expected);
  });
});

function thrown(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}
