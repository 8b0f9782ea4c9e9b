import { describe, expect, it } from 'vitest';
import { fitArms, nounOf, ratioSentence, ratioTo, referenceOf, timesText } from './ratios.ts';
import { summarise } from './summary.ts';
import { completed, encoded, measurements, results, trial } from './testing/results.ts';

/** One arm for each list of latencies, one trial a block, 100 samples of that latency each. */
function armsOf(latencies: Partial<Record<'polling' | 'sse' | 'websocket', readonly number[]>>) {
  const trials = Object.entries(latencies).flatMap(([transport, values]) =>
    values.map((us, block) => {
      const histograms = { ...measurements().histograms, latency: encoded(Array(100).fill(us)) };
      const outcome = completed(measurements({ histograms }));
      return trial({ transport: transport as 'sse', block, outcome });
    }),
  );
  return summarise(results(trials))[0]?.arms ?? [];
}

const ratioOf = (arms: ReturnType<typeof armsOf>) => {
  const reference = referenceOf(arms);
  const [other] = arms.filter((arm) => arm !== reference);
  return reference === null || other === undefined ? null : ratioTo(reference, other, 'latency.p50');
};

describe('referenceOf', () => {
  it('is WebSocket where it can be believed, else the next, and nobody without another', () => {
    expect(referenceOf(armsOf({ polling: [1], sse: [1], websocket: [1] }))?.transport).toBe('websocket');
    expect(referenceOf(armsOf({ polling: [1], sse: [1] }))?.transport).toBe('sse');
    expect(referenceOf(armsOf({ websocket: [1] }))).toBeNull();
  });

  it('is no arm with an invalid trial', () => {
    const invalid = completed(measurements(), [{ code: 'lost', level: 'invalid', message: 'm' }]);
    const trials = (['polling', 'sse', 'websocket'] as const).map((transport) =>
      trial({ transport, outcome: transport === 'websocket' ? invalid : completed(measurements()) }),
    );
    const arms = summarise(results(trials))[0]?.arms ?? [];
    expect(fitArms(arms)).toHaveLength(2);
    expect(referenceOf(arms)?.transport).toBe('sse');
  });
});

describe('ratioTo', () => {
  it('is taken block by block, so that a drift which both arms share leaves it alone', () => {
    // Every block is twice as slow as the one before, and SSE takes 1.5 times WebSocket in each.
    const websocket = [100, 200, 400, 800, 1_600, 3_200];
    const ratio = ratioOf(armsOf({ websocket, sse: websocket.map((us) => us * 1.5) }));
    expect(ratio?.ratio).toBeCloseTo(1.5, 2);
    expect(ratio?.low).toBeCloseTo(1.5, 2);
    expect(ratio?.high).toBeCloseTo(1.5, 2);
  });

  it('has no interval below six blocks', () => {
    const ratio = ratioOf(armsOf({ websocket: [100, 100, 100, 100, 100], sse: [200, 200, 200, 200, 200] }));
    expect(ratio).toMatchObject({ low: null, high: null, distance: 'apart' });
  });

  it('is no difference where the interval holds 1', () => {
    const ratio = ratioOf(
      armsOf({ websocket: [100, 100, 100, 100, 100, 100], sse: [80, 90, 120, 130, 140, 150] }),
    );
    expect(ratio?.distance).toBe('tied');
  });

  it('is none where an arm has no number', () => {
    expect(ratioOf(armsOf({ websocket: [], sse: [1], polling: [1] }))).not.toBeNull();
    const trials = [trial(), trial({ transport: 'sse' })];
    expect(ratioOf(summarise(results(trials))[0]?.arms ?? [])).toBeNull();
  });
});

describe('ratioSentence', () => {
  it('says what differs, and what cannot be told apart', () => {
    const arms = armsOf({
      websocket: [100, 100, 100, 100, 100, 100],
      polling: [900, 900, 900, 900, 900, 900],
    });
    const ratio = ratioOf(arms);
    const [polling, websocket] = arms;
    if (ratio === null || polling === undefined || websocket === undefined) throw new Error('no ratio');
    const tied = { ...ratio, metric: 'bytes.perMessage', distance: 'tied' } as const;
    expect(ratioSentence([ratio, tied], websocket, arms)).toBe(
      'Polling has 9 times the median latency; it cannot be told from WebSocket by bytes per message.',
    );
    expect(ratioSentence([tied], websocket, arms)).toBe(
      'Polling cannot be told from WebSocket by bytes per message.',
    );
    expect(ratioSentence([], websocket, arms)).toBeNull();
  });

  it('names metrics and ratios as they stand in a sentence', () => {
    expect(nounOf('latency.p99')).toBe('p99 latency');
    expect(nounOf('server.cpuUsPerMessage')).toBe('server CPU per message');
    expect([0.0123, 0.5, 1.084, 12.34, 1_234].map(timesText)).toEqual([
      '0.012 times',
      '0.5 times',
      '1.08 times',
      '12 times',
      '1,200 times',
    ]);
  });
});
