import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseObjective } from '../../reports/objectives.ts';
import type { Outcome } from '../../reports/results/schema.ts';
import { completed, measurements, NO_BYTES, results, trial } from '../../reports/testing/results.ts';
import { throughBlocks } from '../../runners/blocks.ts';
import { type PlannedTrial, planTrials } from '../../runners/plan.ts';
import { main } from '../main.ts';
import { ROOMS, type Rooms } from '../rooms.ts';
import { type FakeIo, fakeIo } from '../testing/fake-io.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-calibrate-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Messages of 100 and 101 bytes in turn. */
function counted(order: number): Outcome {
  return completed(
    measurements({
      messages: { ...measurements().messages, expected: 1, received: 1 },
      bytes: { up: NO_BYTES, down: { ...NO_BYTES, payload: 100 + (order % 2) } },
    }),
  );
}

const LATE = [{ code: 'late-generator', level: 'invalid', message: 'late' }] as const;

const fakeRun =
  (outcome: (order: number) => Outcome): Rooms['run'] =>
  async (options) =>
    results(
      planTrials(options).map(({ scenario, transport, server, block, order, seed }) =>
        trial({ scenario, transport, server: server.name, block, order, seed, outcome: outcome(order) }),
      ),
    );

async function call(io: FakeIo, run: Rooms['run'], ...flags: string[]) {
  return main(['calibrate', '--quiet', '--transports', 'sse', ...flags], io, { ...ROOMS, run });
}

describe('calibrate', () => {
  it('measures one server as two, in blocks, and prints what it scatters by', async () => {
    const io = fakeIo({ cwd: folder });
    expect(await call(io, fakeRun(counted), '--json', '--trials', '5')).toBe(0);
    const { blocks, gates } = JSON.parse(io.out());
    expect(blocks).toBe(5);
    const bytes = gates.find(({ metric }: { metric: string }) => metric === 'bytes.perMessage');
    expect(bytes).toMatchObject({ scenario: 'steady', transport: 'sse' });
    expect(bytes.differences).toHaveLength(5);
  });

  it('writes nothing unless it is asked to, and then a file that the other commands take', async () => {
    await call(fakeIo({ cwd: folder }), fakeRun(counted));
    expect(existsSync(join(folder, 'results'))).toBe(false);
    const io = fakeIo({ cwd: folder });
    expect(await call(io, fakeRun(counted), '--write', 'wirebench.config.json')).toBe(0);
    const { check } = JSON.parse(readFileSync(join(folder, 'wirebench.config.json'), 'utf8'));
    for (const gate of check.gates) expect(() => parseObjective(gate)).not.toThrow();
    expect(await main(['config'], fakeIo({ cwd: folder }))).toBe(0);
  });

  it('replaces no file', async () => {
    writeFileSync(join(folder, 'there.json'), 'mine');
    const io = fakeIo({ cwd: folder });
    expect(await call(io, fakeRun(counted), '--write', 'there.json')).toBe(2);
    expect(io.err()).toBe('wirebench: --write there.json: there is such a file already; name another\n');
    expect(readFileSync(join(folder, 'there.json'), 'utf8')).toBe('mine');
  });

  it('exits 22 and writes nothing where trials failed', async () => {
    const io = fakeIo({ cwd: folder });
    const failed: Outcome = { status: 'failed', stage: 'connect', reason: 'refused' };
    expect(
      await call(
        io,
        fakeRun(() => failed),
        '--write',
        'calm.json',
      ),
    ).toBe(22);
    expect(io.err()).toBe('16 of 16 trials failed or are invalid\n');
    expect(existsSync(join(folder, 'calm.json'))).toBe(false);
  });

  it('measures a block again that the generator spoiled', async () => {
    const io = fakeIo({ cwd: folder });
    let late = 0;
    const run: Rooms['run'] = async (options) => {
      let soFar = results([]);
      const measure = async ({ server, ...planned }: PlannedTrial) =>
        trial({
          ...planned,
          server: server.name,
          outcome: late++ === 5 ? completed(measurements(), LATE) : counted(planned.order),
        });
      for await (const measured of throughBlocks(options, soFar, options, measure)) soFar = measured;
      return soFar;
    };
    expect(await call(io, run, '--trials', '4')).toBe(0);
    expect(io.out().replaceAll(/\s+/g, ' ')).toContain('Block 3 was measured again: steady · sse ·');
  });

  it('exits 130 when it is interrupted', async () => {
    const io = fakeIo({ cwd: folder });
    const run: Rooms['run'] = async (options) => {
      io.interrupt();
      return fakeRun(counted)(options);
    };
    expect(await call(io, run)).toBe(130);
    expect(io.out()).toBe('');
  });

  it.each([
    [['--trials', '1'], '--trials needs a whole number from 2 to 1000, not 1'],
    [['--server', 'http://192.0.2.1'], '--allow-remote'],
    [['--duration', '10'], '--duration needs a time with its unit'],
  ])('refuses %j', async (flags, message) => {
    const io = fakeIo({ cwd: folder });
    expect(await call(io, fakeRun(counted), ...flags)).toBe(2);
    expect(io.err()).toContain(message);
  });
});
