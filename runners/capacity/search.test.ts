import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STEP_VERDICTS, type StepVerdict } from '../../reports/results/capacity.ts';
import { answerOf, nextStep, type Range, restOf, type Tried } from './search.ts';

const RANGE: Range = { from: 10, to: 10_000, precision: 0.05, whole: false };

/** `10 met, 20 missed`, as a history. */
function tried(text: string): Tried[] {
  if (text === '') return [];
  return text.split(', ').map((part) => {
    const [load, verdict] = part.split(' ');
    return { load: Number(load), verdict: verdict as StepVerdict };
  });
}

/** Searches until there is an answer, with a server that does what it is told at every load. */
function search(
  behaviour: (load: number, times: number) => StepVerdict,
  range: Partial<Range> = {},
): { steps: Tried[]; answer: ReturnType<typeof answerOf> } {
  const whole = { ...RANGE, ...range };
  const steps: Tried[] = [];
  for (;;) {
    const next = nextStep(whole, steps);
    if (next.kind === 'done') {
      expectWithinRest(whole, steps);
      return { steps, answer: next.answer };
    }
    const { load } = next;
    const times = steps.filter((step) => step.load === load).length;
    steps.push({ load, verdict: behaviour(load, times) });
    expect(steps.length, 'it ends').toBeLessThanOrEqual(restOf(whole).mostSteps);
  }
}

/** After each step, what then still came was within what `restOf` said of it. */
function expectWithinRest(range: Range, steps: readonly Tried[]): void {
  for (let done = 0; done <= steps.length; done += 1) {
    const rest = restOf(range, steps.slice(0, done));
    const after = steps.slice(done);
    expect(after.length, `after ${done} steps`).toBeLessThanOrEqual(rest.mostSteps);
    for (const { load } of after) expect(load >= rest.from && load <= rest.to, `${load}/s`).toBe(true);
  }
}

describe('nextStep', () => {
  it.each([
    ['', 10],
    ['10 met', 20],
    ['10 met, 20 met', 40],
    // The geometric middle of 20 and 40 is 28.28, to three digits.
    ['10 met, 20 met, 40 missed', 28.3],
    ['10 met, 20 met, 40 missed, 28.3 met', 33.6],
    ['10 met, 20 met, 40 missed, 28.3 missed', 23.8],
    // Whatever is not the server's doing is tried once more,
    ['10 generator', 10],
    ['10 met, 20 generator', 20],
    ['10 met, 20 disturbed', 20],
    ['10 met, 20 failed', 20],
    // and counts as it comes out the second time.
    ['10 met, 20 generator, 20 met', 40],
    ['10 met, 20 generator, 20 missed', 14.1],
    ['10 met, 20 generator, 20 generator', 14.1],
    ['10 met, 20 disturbed, 20 generator', 14.1],
    // Longer would be needed, not again.
    ['10 met, 20 untold', 14.1],
    ['5120 met', 10_000],
  ])('after [%s] tries %d', (history, load) => {
    expect(nextStep(RANGE, tried(history))).toEqual({ kind: 'step', load });
  });

  it.each([
    ['the lowest missed', '10 missed', { kind: 'below', load: 10 }],
    ['the lowest says nothing', '10 generator, 10 generator', { kind: 'unknown', because: 'generator' }],
    ['the lowest has too few samples', '10 untold', { kind: 'unknown', because: 'untold' }],
    ['nothing is served', '10 skipped', { kind: 'unknown', because: 'skipped' }],
    ['the top is met', '10000 met', { kind: 'at-least', load: 10_000, because: 'top', at: null }],
    ['5 % are reached', '20 met, 21 missed', { kind: 'found', load: 20, missedAt: 21 }],
    [
      'the generator ends it',
      '20 met, 21 generator, 21 generator',
      { kind: 'at-least', load: 20, because: 'generator', at: 21 },
    ],
    ['samples end it', '20 met, 21 untold', { kind: 'at-least', load: 20, because: 'untold', at: 21 }],
  ])('is done when %s', (_, history, answer) => {
    expect(nextStep(RANGE, tried(history))).toEqual({ kind: 'done', answer });
    expect(answerOf(RANGE, tried(history))).toEqual(answer);
  });

  it.each([12.3, 47, 100, 333.3, 1_000, 9_999])('finds a server of %d/s within 5 %%', (capacity) => {
    const { answer } = search((load) => (load <= capacity ? 'met' : 'missed'));
    if (answer.kind !== 'found') throw new Error(answer.kind);
    expect(answer.load).toBeLessThanOrEqual(capacity);
    expect(answer.missedAt).toBeGreaterThan(capacity);
    expect(answer.missedAt / answer.load).toBeLessThanOrEqual(1.05);
  });

  it('never takes the limit of the generator for the server’s', () => {
    const { answer } = search((load) => (load <= 300 ? 'met' : 'generator'));
    if (answer.kind !== 'at-least') throw new Error(answer.kind);
    expect(answer.because).toBe('generator');
    expect(answer.load).toBeGreaterThan(300 / 1.05);
  });

  it('finds the server below the limit of the generator', () => {
    const { answer } = search((load) => (load <= 300 ? 'met' : load <= 400 ? 'missed' : 'generator'));
    expect(answer).toMatchObject({ kind: 'found' });
  });

  it('is not led astray by one bad step of each load', () => {
    const { answer } = search((load, times) => (times === 0 ? 'disturbed' : load <= 300 ? 'met' : 'missed'));
    expect(answer).toMatchObject({ kind: 'found' });
  });

  it('counts connections in whole numbers, down to one', () => {
    const { answer, steps } = search((load) => (load <= 3 ? 'met' : 'missed'), {
      from: 1,
      to: 1_000,
      whole: true,
    });
    expect(answer).toEqual({ kind: 'found', load: 3, missedAt: 4 });
    expect(steps.every(({ load }) => Number.isInteger(load))).toBe(true);
  });

  it('goes on with more digits where three are too coarse', () => {
    const { answer } = search((load) => (load <= 1_000.5 ? 'met' : 'missed'), { precision: 0.0005 });
    if (answer.kind !== 'found') throw new Error(answer.kind);
    expect(answer.missedAt / answer.load).toBeLessThanOrEqual(1.0005);
  });

  it('looks at one load where the range is one', () => {
    expect(search(() => 'met', { from: 50, to: 50 })).toEqual({
      steps: [{ load: 50, verdict: 'met' }],
      answer: { kind: 'at-least', load: 50, because: 'top', at: null },
    });
  });
});

describe('answerOf a search that was interrupted', () => {
  it.each([
    ['', { kind: 'unknown', because: 'interrupted' }],
    ['10 generator', { kind: 'unknown', because: 'interrupted' }],
    ['10 met', { kind: 'at-least', load: 10, because: 'interrupted', at: null }],
    ['10 met, 20 generator', { kind: 'at-least', load: 10, because: 'interrupted', at: null }],
    ['10 met, 20 missed', { kind: 'at-least', load: 10, because: 'interrupted', at: 20 }],
  ])('after [%s]', (history, answer) => {
    expect(answerOf(RANGE, tried(history))).toEqual(answer);
  });
});

describe('restOf', () => {
  it.each([
    // 10, 20, … 5,120 and 10,000 are eleven loads, and 4 bisections come to 5 %: 2^(1/16) is 1.044; one for rounding.
    ['', { mostSteps: 2 * (11 + 5), from: 10, to: 10_000 }],
    ['10 met, 20 met, 40 met', { mostSteps: 2 * (8 + 5), from: 40, to: 10_000 }],
    ['10 met, 20 met, 40 missed', { mostSteps: 2 * 5, from: 20, to: 40 }],
    ['10 met, 20 met, 40 missed, 28.3 met', { mostSteps: 2 * 4, from: 28.3, to: 40 }],
    ['10 missed', { mostSteps: 0, from: 10, to: 10 }],
    ['20 met, 21 missed', { mostSteps: 0, from: 20, to: 21 }],
  ])('after [%s]', (history, expected) => {
    expect(restOf(RANGE, tried(history))).toEqual(expected);
  });

  it('is never less than what comes, whatever the steps say', () => {
    const verdicts = fc.infiniteStream(fc.constantFrom('met', 'met', 'met', ...STEP_VERDICTS));
    const range = fc.record({
      from: fc.integer({ min: 1, max: 1_000 }),
      to: fc.integer({ min: 1_000, max: 100_000 }),
      precision: fc.double({ min: 0.001, max: 1, noNaN: true }),
      whole: fc.boolean(),
    });
    fc.assert(
      fc.property(verdicts, range, (stream, own) => {
        // `search` looks at every step of the way.
        search(() => stream.next().value ?? 'met', own);
      }),
      { numRuns: 300 },
    );
  });
});
