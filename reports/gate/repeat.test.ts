import { describe, expect, it } from 'vitest';
import { describeRepeat, repeatsOf, soundnessOf } from '../repeats.ts';
import type { Outcome, Trial, WarningCode } from '../results/schema.ts';
import { completed, measurements, results, trial } from '../testing/results.ts';
import { ruleOnBlock } from './repeat.ts';

const DOUBTFUL: readonly WarningCode[] = ['busy-server', 'crowded-cores', 'stolen-cpu', 'few-samples'];

function warned(...codes: readonly WarningCode[]): Outcome {
  return completed(
    measurements(),
    codes.map((code) => {
      return { code, level: DOUBTFUL.includes(code) ? 'doubtful' : 'invalid', message: `it was ${code}` };
    }),
  );
}

const SOUND = warned();
const LATE = warned('late-generator');
const LOST = warned('lost');

/** A block of a baseline and a candidate. */
function block(number: number, baseline: Outcome, candidate: Outcome) {
  const trials: Trial[] = [
    trial({ server: 'baseline', block: number, outcome: baseline }),
    trial({ server: 'candidate', block: number, outcome: candidate }),
  ];
  return { block: number, trials };
}

const ruling = (newest: ReturnType<typeof block>, before: ReturnType<typeof block>[] = [], blocks = 20) =>
  ruleOnBlock(results(newest.trials, { repeated: before }), blocks);

describe('soundnessOf', () => {
  it.each<[string, Outcome, string]>([
    ['nothing', SOUND, 'sound'],
    ['a doubt', warned('stolen-cpu'), 'sound'],
    ['a late generator', LATE, 'spoiled'],
    ['a generator at its limit', warned('busy-generator'), 'spoiled'],
    [
      'both, and time that the host took',
      warned('busy-generator', 'late-generator', 'stolen-cpu'),
      'spoiled',
    ],
    ['a late generator beside a busy server', warned('late-generator', 'busy-server'), 'wrong'],
    ['a late generator on crowded cores', warned('late-generator', 'crowded-cores'), 'wrong'],
    ['lost messages', LOST, 'wrong'],
    ['lost messages, and a late generator', warned('lost', 'late-generator'), 'wrong'],
    ['errors', warned('faults'), 'wrong'],
    ['connections', warned('connections'), 'wrong'],
    ['a failure', { status: 'failed', stage: 'generator', reason: 'it did not start' }, 'wrong'],
    ['no such transport', { status: 'skipped', reason: 'does not serve sse' }, 'sound'],
  ])('of a trial with %s', (_, outcome, soundness) => {
    expect(soundnessOf(trial({ outcome }))).toBe(soundness);
  });
});

describe('ruleOnBlock', () => {
  it('repeats a block that was spoiled on either side, and no sound one', () => {
    expect(ruling(block(3, LATE, SOUND))).toEqual({ kind: 'again' });
    expect(ruling(block(3, SOUND, LATE))).toEqual({ kind: 'again' });
    expect(ruling(block(3, SOUND, SOUND))).toEqual({ kind: 'stays', reason: null });
    expect(ruleOnBlock(results([]), 20)).toEqual({ kind: 'stays', reason: null });
  });

  it('looks at the newest block only', () => {
    const trials = [...block(0, LATE, LATE).trials, ...block(1, SOUND, SOUND).trials];
    expect(ruleOnBlock(results(trials), 20)).toEqual({ kind: 'stays', reason: null });
  });

  it('repeats nothing away that may be the work of a server, whatever else happened in the block', () => {
    expect(ruling(block(3, LATE, LOST))).toEqual({ kind: 'stays', reason: null });
    expect(ruling(block(3, LOST, LATE))).toEqual({ kind: 'stays', reason: null });
  });

  it.each([
    [20, 5],
    [8, 2],
    [3, 1],
  ])('of %i blocks, repeats %i', (blocks, most) => {
    // In turns, so that neither side is to blame.
    const spoiled = (number: number) =>
      number % 2 === 0 ? block(number, LATE, SOUND) : block(number, SOUND, LATE);
    const before = Array.from({ length: most }, (_, number) => spoiled(number));
    expect(ruling(spoiled(most - 1), before.slice(1), blocks).kind).toBe('again');
    expect(ruling(spoiled(most), before, blocks)).toEqual({
      kind: 'stays',
      reason: expect.stringContaining(`of ${blocks} ${most === 1 ? 'was' : 'were'} measured again`),
    });
  });

  it('takes what spoils one side alone for the work of that side: at five of five, 2⁻⁵ = 3.1 %', () => {
    const earlier = (count: number) => Array.from({ length: count }, (_, at) => block(at, SOUND, LATE));
    expect(ruling(block(9, SOUND, LATE), earlier(3))).toEqual({ kind: 'again' });
    expect(ruling(block(9, SOUND, LATE), earlier(4))).toEqual({
      kind: 'stays',
      reason:
        '5 of 5 spoiled blocks were so by the candidate alone, which may be the cause and not the machine',
    });
    // What spoils both says nothing of either.
    expect(ruling(block(9, LATE, LATE), earlier(4))).toEqual({ kind: 'again' });
    // 7 of 8: 9/256 = 3.5 %; 6 of 7: 8/128 = 6.3 %.
    const one = block(20, LATE, SOUND);
    expect(ruling(block(9, SOUND, LATE), [...earlier(5), one], 40)).toEqual({ kind: 'again' });
    expect(ruling(block(9, SOUND, LATE), [...earlier(6), one], 40).kind).toBe('stays');
  });
});

it('a repeat is told with everything that spoiled the block', () => {
  const both = block(3, LATE, warned('busy-generator', 'stolen-cpu'));
  expect(repeatsOf({ repeated: [both] }).map(describeRepeat)).toEqual([
    'Block 4 was measured again: live-feed · websocket · baseline: late-generator: it was late-generator; live-feed · websocket · candidate: busy-generator: it was busy-generator',
  ]);
  expect(repeatsOf({})).toEqual([]);
});
