import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scenarioSchema } from '../../scenarios/schema.ts';
import { encodeHistogram, newHistogram } from './histogram.ts';
import { parseResults, ResultsFileError, readResults } from './read.ts';
import type { Results } from './schema.ts';
import { writeResults } from './write.ts';

const direction = { payload: 1, framing: 0, headers: 0, handshake: 0, control: 0, tls: 0, outside: 0 };

function file(): Results {
  const histogram = newHistogram();
  histogram.recordValue(1_234);
  const text = encodeHistogram(histogram);
  return {
    schema: 'wirebench/results@1',
    tool: { name: 'wirebench', version: '1.2.3' },
    startedAt: '2026-01-02T03:04:05.000Z',
    commandLine: ['run'],
    seed: 1,
    comparison: { scenarios: ['x'], transports: ['sse'], servers: ['reference'], trials: 1 },
    environment: {
      cpuModel: 'x',
      cores: 2,
      memoryBytes: 1,
      platform: 'linux',
      kernel: '6',
      node: 'v20',
    },
    versions: {},
    ceilings: [],
    trials: [
      {
        scenario: scenarioSchema.parse({
          name: 'quiet',
          question: 'What?',
          workload: { kind: 'idle' },
          connections: 1,
        }),
        transport: 'sse',
        server: 'reference',
        block: 0,
        order: 0,
        seed: 1,
        startedAt: '2026-01-02T03:04:05.000Z',
        outcome: {
          status: 'completed',
          validity: 'valid',
          warnings: [],
          measurements: {
            measureMs: 1_000,
            histograms: {
              latency: text,
              service: text,
              lateness: text,
              connect: text,
              recovery: text,
              loopDelay: text,
            },
            intervals: [{ startMs: 0, expected: 1, latency: text }],
            messages: {
              due: 1,
              sent: 1,
              unsent: 0,
              expected: 1,
              received: 1,
              lost: 0,
              duplicated: 0,
              reordered: 0,
              negative: 0,
            },
            requests: { total: 1, empty: 0, carrying: null },
            connections: { asked: 1, opened: 1, reopened: 0, unrecovered: 0 },
            slow: null,
            bytes: { up: direction, down: direction },
            sockets: { up: 1, down: 1 },
            processes: [],
            stolenCpuShare: null,
            faults: {},
          },
        },
      },
    ],
  };
}

function errorOf(text: string): ResultsFileError {
  try {
    parseResults(text, 'results.json');
  } catch (error) {
    if (error instanceof ResultsFileError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

/** The file with one value changed, as an editor would. */
function edited(from: string, to: string): string {
  const text = JSON.stringify(file());
  if (!text.includes(from)) throw new Error(`the example has no ${from}`);
  return text.replace(from, () => to);
}

describe('readResults', () => {
  it('reads what was written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wirebench-read-'));
    try {
      const path = join(folder, 'results.json');
      await writeResults(path, file());
      expect(await readResults(path)).toEqual(file());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says that there is no file, or none to read', async () => {
    await expect(readResults('/nowhere/results.json')).rejects.toMatchObject({ code: 'RESULTS_MISSING' });
    await expect(readResults(tmpdir())).rejects.toMatchObject({ code: 'RESULTS_UNREADABLE' });
  });

  it('names the file in the error', async () => {
    const path = join(tmpdir(), `wirebench-empty-${process.pid}.json`);
    writeFileSync(path, '');
    try {
      await expect(readResults(path)).rejects.toThrow(`${path}: ends in the middle, after 0 characters`);
    } finally {
      rmSync(path);
    }
  });
});

describe('parseResults', () => {
  it('knows a truncated file at every place where it may end', () => {
    const text = JSON.stringify(file(), null, 1);
    for (let length = 0; length < text.length; length += 1) {
      expect(errorOf(text.slice(0, length)).code, `cut after ${length}`).toBe('RESULTS_TRUNCATED');
    }
  });

  it.each([
    ['{"a" 1}', 'RESULTS_NOT_JSON'],
    ['hello', 'RESULTS_NOT_JSON'],
    ['[]', 'RESULTS_SCHEMA'],
    ['null', 'RESULTS_SCHEMA'],
    ['{"schema":"wirebench/summary@1"}', 'RESULTS_SCHEMA'],
  ])('refuses %s: %s', (text, code) => {
    expect(errorOf(text).code).toBe(code);
  });

  it('knows the file of another version', () => {
    const error = errorOf(edited('wirebench/results@1', 'wirebench/results@2'));
    expect(error.message).toBe(
      'results.json: schema: is "wirebench/results@2", not "wirebench/results@1"; ' +
        'read it with the version of wirebench that wrote it',
    );
  });

  it.each([
    ['"received":1', '"received":-1', 'trials[0].outcome.measurements.messages.received', '-1'],
    ['"measureMs":1000,"h', '"measureMs":"1 s","h', 'trials[0].outcome.measurements.measureMs', '"1 s"'],
    ['"transport":"sse"', '"transport":"pigeon"', 'trials[0].transport', '"pigeon"'],
    ['"status":"completed"', '"status":"finished"', 'trials[0].outcome.status', '"finished"'],
    ['"connections":1,', '"connections":0,', 'trials[0].scenario.connections', '0'],
    ['"seed":1,"comp', '"seed":1.5,"comp', 'seed', '1.5'],
    ['"faults":{}', '"faults":{},"extra":1', 'trials[0].outcome.measurements', 'extra'],
  ])('names the field when %s becomes %s', (from, to, field, evidence) => {
    const error = errorOf(edited(from, to));
    expect(error).toMatchObject({ code: 'RESULTS_FIELD', field });
    expect(error.message).toContain(evidence);
    expect(error.message).not.toContain('\n');
    expect(error.message.length).toBeLessThan(300);
  });

  it('names a histogram that was edited', () => {
    const [, latency = ''] = /"latency":"([^"]+)"/.exec(JSON.stringify(file())) ?? [];
    const middle = latency.slice(20, 28);
    const error = errorOf(edited(middle, [...middle].reverse().join('')));
    expect(error.field).toBe('trials[0].outcome.measurements.histograms.latency');
  });
});
