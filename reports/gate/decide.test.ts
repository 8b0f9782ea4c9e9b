import { describe, expect, it } from 'vitest';
import type { MetricId } from '../metrics.ts';
import { parseObjective } from '../objectives.ts';
import { answerOf, decide, type Evaluated, type GateResult } from './decide.ts';
import { defaultGate, type GateTrials, gateOf } from './gate.ts';
import { describeGate } from './words.ts';

const ARM = { scenario: 'live-feed', transport: 'sse' } as const;
const LEVEL = 0.05 / 3;

/** Trials whose candidate is `factor` times the baseline, give or take `wobble` in a fixed pattern. */
function trials(
  objective: string | MetricId,
  factor: number,
  { blocks = 10, wobble = 0.02, base = 10_000 } = {},
): GateTrials {
  const gate = objective.includes(' ')
    ? gateOf(parseObjective(objective), ARM)
    : defaultGate(objective as MetricId, ARM);
  const baseline = Array.from({ length: blocks }, (_, block) => base * (1 + 0.05 * (block % 3)));
  const candidate = baseline.map(
    (value, block) => value * factor * (1 + wobble * (((block * 7) % 5) - 2) * 0.5),
  );
  return { gate, baseline: gate.limit.kind === 'absolute' ? [] : baseline, candidate };
}

function one(given: GateTrials, level = LEVEL): Evaluated {
  const [result] = decide([given], level);
  if (result === undefined || result.kind === 'unevaluated')
    throw new Error(`not evaluated: ${result?.reason}`);
  return result;
}

describe('decide', () => {
  it('holds a rate to 5 % less, as it is said everywhere', () => {
    const exact = { wobble: 0.001, blocks: 20 };
    const result = one(trials('delivered.perSecond', 0.951, exact));
    expect(Math.exp(-result.margin)).toBeCloseTo(0.95, 10);
    expect([describeGate(result).allowed, result.answer]).toEqual(['>= -5 %', 'pass']);
    expect(one(trials('delivered.perSecond', 0.948, exact)).answer).toBe('regressed');
  });

  it.each([
    // 30 % more of what may be 10 % more.
    ['latency.p50', 1.3, 'regressed'],
    ['latency.p50', 1, 'pass'],
    ['latency.p50', 0.5, 'pass'],
    // The middle of it is on the margin.
    ['latency.p50', 1.1, 'inconclusive'],
    ['latency.p99', 1.3, 'regressed'],
    ['latency.p99', 1.1, 'pass'],
    // More is better: 5 % of it may be lost.
    ['delivered.perSecond', 0.8, 'regressed'],
    ['delivered.perSecond', 1.3, 'pass'],
    ['server.cpuUsPerMessage', 1.3, 'regressed'],
    ['server.rssBytes', 1, 'pass'],
  ] as const)('says of %s times %f: %s', (metric, factor, answer) => {
    expect(one(trials(metric, factor))).toMatchObject({ kind: 'tested', answer });
  });

  it.each([
    ['latency.p50 <= +50%', 1.3, 'pass'],
    ['latency.p50 <= +20%', 1.3, 'regressed'],
    ['delivered.perSecond >= -30%', 0.8, 'pass'],
    ['delivered.perSecond >= -5%', 0.8, 'regressed'],
    // An improvement that is asked for: an eighth is less than a tenth demands, and more than a fifth allows.
    ['latency.p50 <= -10%', 0.8, 'pass'],
    ['latency.p50 <= -20%', 0.9, 'regressed'],
    // Numbers rather than changes: the candidate's middle is 10.5 ms.
    ['latency.p50 <= 20ms', 1, 'pass'],
    ['latency.p50 <= 5ms', 1, 'regressed'],
    ['latency.p50 >= 5ms', 1, 'pass'],
  ])('holds %s against a factor of %f: %s', (objective, factor, answer) => {
    expect(one(trials(objective, factor))).toMatchObject({ answer });
  });

  it('lets pass what is below the floor, whatever it is in per cent', () => {
    // 100 µs and 50 % more of it: 50 µs, where 200 µs are nothing.
    expect(one(trials('latency.p50', 1.5, { base: 100 })).answer).toBe('pass');
    expect(one(trials('latency.p50', 1.5, { base: 10_000 })).answer).toBe('regressed');
  });

  it('cannot tell from three trials, and says how many would', () => {
    const few = one(trials('latency.p50', 1.3, { blocks: 3 }));
    expect(few).toMatchObject({ answer: 'inconclusive', interval: null, blocksNeeded: 6 });
  });

  it('has an interval that covers the effect, and p-values on the right side', () => {
    const result = one(trials('latency.p50', 1.3));
    if (result.kind !== 'tested' || result.interval === null) throw new Error('no interval');
    expect(result.estimate).toBeCloseTo(Math.log(1.3), 2);
    expect(result.interval.low).toBeLessThanOrEqual(result.estimate);
    expect(result.interval.high).toBeGreaterThanOrEqual(result.estimate);
    expect([result.pWorse, result.pWithin]).toEqual([2 ** -10, 1]);
  });

  it('counts bytes exactly where they do not scatter: no number of trials, no doubt', () => {
    const exact = { blocks: 3, wobble: 0, base: 212 };
    expect(one(trials('bytes.perMessage', 1.05, exact))).toMatchObject({
      kind: 'exact',
      answer: 'regressed',
    });
    expect(one(trials('bytes.perMessage', 1, exact))).toMatchObject({ kind: 'exact', answer: 'pass' });
    // A scatter of a hundredth is a measurement, and so is memory, however it looks.
    expect(one(trials('bytes.perMessage', 1.05, { ...exact, wobble: 0.01 })).kind).toBe('tested');
    expect(one(trials('server.rssBytes', 1.05, exact)).kind).toBe('tested');
    // Two trials that agree may do so by chance.
    expect(one(trials('bytes.perMessage', 1.05, { ...exact, blocks: 2 })).kind).toBe('tested');
  });

  it.each([
    ['bytes.perMessage <= +5%', 'pass'],
    ['bytes.perMessage < +5%', 'regressed'],
    ['bytes.perMessage <= +4.9%', 'regressed'],
  ])('is exact to the end: 5 %% more against %s', (objective, answer) => {
    expect(one(trials(objective, 1.05, { wobble: 0, base: 200 })).answer).toBe(answer);
  });

  it.each([
    [[0, 0, 0], 'pass'],
    [[0, 1, 0], 'regressed'],
  ])('holds %j against nothing at all', (candidate, answer) => {
    const gate = gateOf(parseObjective('requests.empty <= 0'), ARM);
    expect(one({ gate, baseline: [], candidate })).toMatchObject({ kind: 'exact', answer });
  });

  it('takes nothing for below any number, and above none', () => {
    const held = (objective: string) => {
      const gate = gateOf(parseObjective(objective), ARM);
      return one({ gate, baseline: [], candidate: Array(10).fill(0) }).answer;
    };
    expect(['requests.empty <= 5', 'server.cpuPercent <= 50%'].map(held)).toEqual(['pass', 'pass']);
    expect(['requests.empty >= 5', 'server.cpuPercent >= 50%'].map(held)).toEqual(['regressed', 'regressed']);
  });

  it.each([
    ['no trial', [], [], 'no trial'],
    ['a side that is missing', [], [1, 2], 'not in pairs'],
    ['a ratio to nothing', [0, 1, 1], [1, 1, 1], 'no ratio'],
  ])('has no answer for %s', (_, baseline, candidate, reason) => {
    const [result] = decide([{ gate: defaultGate('latency.p50', ARM), baseline, candidate }], LEVEL);
    expect(result).toMatchObject({ kind: 'unevaluated', reason: expect.stringContaining(reason) });
  });

  it('asks more of each gate the more there are (Holm), and of a pass no more', () => {
    // One of ten differences is on the other side, the smallest: p = 2/1024 = 0.00195, of which 8 are below 0.0167.
    const baseline = Array.from({ length: 10 }, () => 10_000);
    const candidate = baseline.map((value, block) =>
      block === 0 ? value * 1.09 : value * (1.3 + block / 100),
    );
    const gate = { gate: defaultGate('latency.p50', ARM), baseline, candidate };
    const among = (others: number) => {
      const [first] = decide(
        [gate, ...Array.from({ length: others }, () => trials('latency.p50', 1))],
        LEVEL,
      );
      return first?.kind === 'tested' ? [first.pWorse, first.answer] : first;
    };
    expect(among(7)).toEqual([2 / 1024, 'regressed']);
    expect(among(8)).toEqual([2 / 1024, 'inconclusive']);
    expect(
      decide(
        Array.from({ length: 50 }, () => trials('latency.p50', 1)),
        LEVEL,
      ),
    ).toEqual(expect.arrayContaining([expect.objectContaining({ answer: 'pass' })]));
  });
});

describe('answerOf', () => {
  const result = (answer: 'regressed' | 'pass' | 'inconclusive') =>
    one(trials('latency.p50', { regressed: 1.3, pass: 1, inconclusive: 1.1 }[answer]));
  const unevaluated: GateResult = {
    kind: 'unevaluated',
    gate: defaultGate('latency.p50', ARM),
    reason: 'none',
  };

  it.each([
    ['one that regressed', [result('pass'), result('regressed'), result('inconclusive')], [], 'regressed'],
    ['one that is open', [result('pass'), result('inconclusive')], [], 'inconclusive'],
    ['all that pass', [result('pass'), result('pass')], [], 'pass'],
    ['no gate', [], [], 'invalid'],
    ['a gate without numbers', [result('pass'), unevaluated], [], 'invalid'],
    ['a problem', [result('pass')], ['lost'], 'invalid'],
    ['a problem beside a regression', [result('regressed')], ['lost'], 'invalid'],
  ])('of %s', (_, results, problems, expected) => {
    expect(answerOf(results, problems)).toBe(expected);
  });
});
