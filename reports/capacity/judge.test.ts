import { describe, expect, it } from 'vitest';
import { parseObjective } from '../objectives.ts';
import type { Measurements, Warning, WarningCode } from '../results/schema.ts';
import { completed, encoded, measurements } from '../testing/results.ts';
import { judgeStep } from './judge.ts';

const FAST = parseObjective('latency.p99<=100ms');
const COMPLETE = parseObjective('messages.lost<=0');

/** 2,000 deliveries, all after so long. */
function taking(ms: number, overrides: Partial<Measurements> = {}): Measurements {
  const empty = measurements();
  const messages = { ...empty.messages, due: 20, sent: 20, expected: 2_000, received: 2_000 };
  const latency = encoded(Array.from({ length: 2_000 }, () => ms * 1_000));
  return measurements({ messages, histograms: { ...empty.histograms, latency }, ...overrides });
}

function warning(code: WarningCode, level: Warning['level'] = 'invalid', message: string = code): Warning {
  return { code, level, message };
}

const both = [FAST, COMPLETE];

describe('judgeStep', () => {
  it('finds everything met', () => {
    expect(judgeStep(completed(taking(50)), both, null)).toEqual({ verdict: 'met', reasons: [] });
  });

  it('says which objective was missed, and by what', () => {
    const lost = { ...taking(150).messages, received: 1_990, lost: 10 };
    expect(judgeStep(completed(taking(150, { messages: lost })), both, null)).toEqual({
      verdict: 'missed',
      reasons: ['latency.p99 150 ms, not <= 100 ms', 'messages.lost 10, not <= 0'],
    });
  });

  it('calls a growing queue missed, though each message was still in time', () => {
    const growing = taking(50, {
      intervals: [
        { startMs: 0, expected: 1_000, latency: encoded([1_000]) },
        { startMs: 5_000, expected: 1_000, latency: encoded([301_000]) },
      ],
    });
    expect(judgeStep(completed(growing), both, null)).toEqual({
      verdict: 'missed',
      reasons: ['fell behind: latency grew by 600 ms in 10 s'],
    });
  });

  it.each<WarningCode>(['unsent', 'lost', 'duplicated', 'connections', 'faults', 'surplus', 'unrecovered'])(
    'calls a trial that is invalid by "%s" missed',
    (code) => {
      expect(judgeStep(completed(taking(50), [warning(code)]), [FAST], null)).toEqual({
        verdict: 'missed',
        reasons: [code],
      });
    },
  );

  it('lets an objective on a count take the place of what the scenario allows', () => {
    const messages = { ...taking(50).messages, received: 1_990, lost: 10 };
    const outcome = completed(taking(50, { messages }), [warning('lost')]);
    expect(judgeStep(outcome, [parseObjective('messages.lost<=10')], null).verdict).toBe('met');
    expect(judgeStep(outcome, [parseObjective('messages.lost<=9')], null).verdict).toBe('missed');
  });

  it.each<WarningCode>(['late-generator', 'busy-generator'])(
    'never blames the server where "%s" is said',
    (code) => {
      for (const ms of [50, 500]) {
        expect(judgeStep(completed(taking(ms), [warning(code)]), both, null)).toEqual({
          verdict: 'generator',
          reasons: [code],
        });
      }
    },
  );

  it('takes crowded cores for the limit, unless the server had a whole one', () => {
    const crowded = warning('crowded-cores', 'doubtful');
    const busy = warning('busy-server', 'doubtful');
    expect(judgeStep(completed(taking(50), [crowded]), both, null).verdict).toBe('met');
    expect(judgeStep(completed(taking(500), [crowded]), both, null).verdict).toBe('generator');
    expect(judgeStep(completed(taking(500), [crowded, busy]), both, null).verdict).toBe('missed');
  });

  it('takes what the machine does not allow for the limit, where something was missed', () => {
    const limit = 'a process may have 10 descriptors';
    expect(judgeStep(completed(taking(50)), both, limit).verdict).toBe('met');
    expect(judgeStep(completed(taking(500)), both, limit)).toEqual({
      verdict: 'generator',
      reasons: [limit],
    });
    const failed = { status: 'failed', stage: 'connect', reason: 'no client could connect' } as const;
    expect(judgeStep(failed, both, limit).verdict).toBe('generator');
  });

  it('takes a client without a port left for the limit', () => {
    const none = warning('connections', 'invalid', 'the first could not because: connect EADDRNOTAVAIL');
    expect(judgeStep(completed(taking(50), [none]), both, null).verdict).toBe('generator');
    const refused = warning('connections', 'invalid', 'the first could not because: connect ECONNREFUSED');
    expect(judgeStep(completed(taking(50), [refused]), both, null).verdict).toBe('missed');
  });

  it('wants to see a miss again where the host was busy, and a success not', () => {
    const stolen = warning('stolen-cpu', 'doubtful');
    expect(judgeStep(completed(taking(50), [stolen]), both, null).verdict).toBe('met');
    expect(judgeStep(completed(taking(500), [stolen]), both, null)).toEqual({
      verdict: 'disturbed',
      reasons: ['latency.p99 500 ms, not <= 100 ms', 'stolen-cpu'],
    });
  });

  it('decides nothing by a percentile that the samples do not carry', () => {
    const p999 = parseObjective('latency.p999<=1ms');
    expect(judgeStep(completed(taking(50)), [p999], null)).toEqual({
      verdict: 'untold',
      reasons: ['too few samples for latency.p999'],
    });
    // What is known to be missed is missed whatever else is not known.
    expect(judgeStep(completed(taking(500)), [p999, FAST], null).verdict).toBe('missed');
  });

  it('says what has no number', () => {
    expect(judgeStep(completed(taking(50)), [parseObjective('recovery.max<=1s')], null)).toEqual({
      verdict: 'untold',
      reasons: ['there is no recovery.max'],
    });
  });

  it.each<WarningCode>(['negative-latency', 'unaccounted-bytes'])('trusts nothing beside "%s"', (code) => {
    expect(judgeStep(completed(taking(500), [warning(code)]), both, null).verdict).toBe('failed');
  });

  it('says why a trial has no numbers', () => {
    expect(judgeStep({ status: 'failed', stage: 'server', reason: 'it ended' }, both, null)).toEqual({
      verdict: 'failed',
      reasons: ['failed at the stage "server": it ended'],
    });
    expect(judgeStep({ status: 'skipped', reason: 'not served' }, both, null)).toEqual({
      verdict: 'skipped',
      reasons: ['not served'],
    });
  });
});
