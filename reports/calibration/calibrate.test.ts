import { describe, expect, it } from 'vitest';
import { parseObjective } from '../objectives.ts';
import { completed, measurements, NO_BYTES, results, trial } from '../testing/results.ts';
import { calibrate, gateText } from './calibrate.ts';
import { calibrationConfig, renderCalibrationJson, renderCalibrationText } from './render.ts';

/** Both sides of blocks in which a message cost so many bytes. */
const pairs = (blocks: readonly (readonly [number, number])[]) =>
  results(
    blocks.flatMap((sides, block) =>
      sides.map((payload, side) =>
        trial({
          block,
          server: ['a', 'b'][side] ?? '',
          outcome: completed(
            measurements({
              messages: { ...measurements().messages, expected: 1, received: 1 },
              bytes: { up: NO_BYTES, down: { ...NO_BYTES, payload } },
            }),
          ),
        }),
      ),
    ),
  );

const BYTES = 'bytes.perMessage';
const rowOf = (blocks: readonly (readonly [number, number])[]) =>
  calibrate(pairs(blocks), ['a', 'b']).find(({ metric }) => metric === BYTES);

describe('calibrate', () => {
  it('takes the spread of the logarithms of ratios within blocks, and 0.78 of it as the margin of 20 trials', () => {
    // The blocks drift by a factor of two; within them one side is e^±0.1 of the other. sd of ±0.1, n − 1: 0.1155.
    const up = Math.round(1e6 * Math.exp(0.1));
    const row = rowOf([
      [1e6, up],
      [2 * up, 2e6],
      [1e6, up],
      [2 * up, 2e6],
    ]);
    expect(row?.spread).toBeCloseTo(0.1155, 3);
    expect(Math.log1p(row?.smallestMargin ?? 0)).toBeCloseTo(0.78 * 0.1155, 2);
    expect(row?.proposed).toBe(0.1);
    // To tell 1 % where pairs scatter by 11 % takes more than a thousand blocks.
    expect(row?.blocksNeeded).toBeNull();
  });

  it('proposes for a rate what a check then holds: so much less of it', () => {
    const scattered = results(
      [0, 1, 2, 3].flatMap((block) =>
        ['a', 'b'].map((server) => {
          const isFaster = (server === 'b') === (block % 2 === 0);
          const received = isFaster ? Math.round(1e6 * Math.exp(0.2)) : 1e6;
          const messages = { ...measurements().messages, expected: received, received };
          return trial({ block, server, outcome: completed(measurements({ messages })) });
        }),
      ),
    );
    const row = calibrate(scattered, ['a', 'b']).find(({ metric }) => metric === 'delivered.perSecond');
    // sd of ±0.2, n − 1: 0.231; of which 0.78 is a margin of 0.18, and e^−0.18 is 16.5 % less.
    expect(-Math.log1p(-(row?.smallestMargin ?? 0))).toBeCloseTo(0.78 * 0.231, 2);
    expect(row === undefined ? '' : gateText(row)).toBe('websocket delivered.perSecond >= -17%');
  });

  it('loosens nothing where nothing scatters', () => {
    const row = rowOf([
      [100, 100],
      [100, 100],
    ]);
    expect(row).toMatchObject({ spread: 0, smallestMargin: 0, proposed: 0.01 });
  });

  it('compares within blocks only, and leaves out what is invalid', () => {
    const [first, ...rest] = pairs([
      [1, 1],
      [1, 1],
    ]).trials;
    const lost = { code: 'lost', level: 'invalid', message: 'x' } as const;
    const bad = trial({ ...first, outcome: completed(measurements(), [lost]) });
    expect(calibrate(results([bad, ...rest]), ['a', 'b'])).toEqual([]);
  });
});

describe('gateText', () => {
  const row = rowOf([
    [100, 100],
    [100, 100],
  ]);
  it.each([
    [{}, 'websocket bytes.perMessage <= +1%'],
    [{ metric: 'delivered.perSecond', proposed: 0.05 }, 'websocket delivered.perSecond >= -5%'],
  ] as const)('%j is an objective that check takes', (overrides, text) => {
    if (row === undefined) throw new Error('there is no row');
    expect(gateText({ ...row, ...overrides })).toBe(text);
    expect(() => parseObjective(text)).not.toThrow();
  });
});

describe('rendering', () => {
  const rows = calibrate(
    pairs([
      [1_000, 1_100],
      [1_100, 1_000],
      [1_000, 1_100],
    ]),
    ['a', 'b'],
  );
  const calibration = { rows, blocks: 3, repeated: [], blockMs: 9_000 };

  it('fits into 80 columns and says what to type', () => {
    const text = renderCalibrationText(calibration);
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(text).toContain('live-feed · WebSocket\n');
    expect(text).toMatch(/ {2}--gate "websocket bytes\.perMessage <= \+\d+%"/);
    expect(text).toMatch(/standard\s+error of about 50 %/);
  });

  it('has every difference as JSON, and a config file that has the gates', () => {
    const { gates } = JSON.parse(renderCalibrationJson(calibration));
    expect(gates.find(({ metric }: { metric: string }) => metric === BYTES).differences).toHaveLength(3);
    const { check } = JSON.parse(calibrationConfig(calibration));
    for (const gate of check.gates) expect(() => parseObjective(gate)).not.toThrow();
  });

  it('says that there is nothing', () => {
    expect(renderCalibrationText({ ...calibration, rows: [] })).toBe(
      'No metric has two blocks to compare.\n',
    );
  });
});
