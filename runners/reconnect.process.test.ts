import { afterAll, describe, expect, it } from 'vitest';
import { addHistograms, decodeHistogram } from '../reports/results/histogram.ts';
import type { Completed } from '../reports/results/schema.ts';
import type { ScenarioInput } from '../scenarios/schema.ts';
import { TRANSPORTS, type Transport } from '../servers/contract.ts';
import { leftOver } from './testing/processes.ts';
import { pushOf, scenarioOf } from './testing/scenarios.ts';
import { accounted, besideOthers, completed, runAlone } from './testing/trials.ts';

/** Whole trials behind a link that cuts everybody, against the reference server, which keeps a log. */

const CLIENTS = 20;
const CUT = { kind: 'cut', atMs: 600 } as const;

/** Waits of 0 to 200 ms and a poll every 200 ms: on average all are back 100 ms after a cut. */
const RECONNECT = { afterMs: 200, upToMs: 400 };

/** Under the load of other tests a connection takes its time. */
const SLACK_MS = 300;

function measure(transport: Transport, scenario: Partial<ScenarioInput>): Promise<Completed> {
  const complete = scenarioOf({
    workload: pushOf({ schedule: { kind: 'poisson', perSecond: 50 } }),
    connections: CLIENTS,
    phases: { warmupMs: 100, measureMs: 2_000, drainMs: 3_000 },
    tuning: { polling: { everyMs: 200 } },
    link: { events: [CUT] },
    reconnect: RECONNECT,
    ...scenario,
  });
  return runAlone({ transport, scenario: complete, seed: 7 }).then(completed);
}

function recoveryMs({ measurements }: Completed) {
  const histogram = addHistograms([decodeHistogram(measurements.histograms.recovery)]);
  return {
    samples: histogram.totalCount,
    min: histogram.minNonZeroValue / 1e3,
    p50: histogram.getValueAtPercentile(50) / 1e3,
    max: histogram.maxValue / 1e3,
  };
}

/** What the trial itself makes invalid: other tests run beside this one, and keep the generator waiting. */
function codesOf(outcome: Completed): string[] {
  const { warnings } = besideOthers(outcome);
  return warnings.filter(({ level }) => level === 'invalid').map(({ code }) => code);
}

afterAll(() => expect(leftOver()).toEqual([]));

describe.each(TRANSPORTS)('%s', (transport) => {
  it.concurrent('is back after a cut, and has lost nothing', async () => {
    const outcome = await measure(transport, {});
    const { messages, connections, faults, sockets, bytes, requests } = outcome.measurements;
    expect(codesOf(outcome)).toEqual([]);
    expect(messages).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, unsent: 0 });
    expect(messages.received).toBe(messages.expected);
    expect([connections.reopened, connections.unrecovered, faults]).toEqual([CLIENTS, 0, {}]);
    expect(accounted(outcome.measurements)).toEqual(sockets);
    const recovery = recoveryMs(outcome);
    expect(recovery.samples).toBe(CLIENTS);
    // The median of 20 uniform on 0 to 200 ms has a standard deviation of 22 ms around 100 ms.
    expect(recovery.p50).toBeGreaterThan(30);
    expect(recovery.p50).toBeLessThan(170 + SLACK_MS);
    expect(recovery.max).toBeLessThan(RECONNECT.afterMs + SLACK_MS);
    if (transport !== 'sse' && transport !== 'websocket') return;
    // Every client has been opened twice, the second time with where it resumes.
    expect(requests.total).toBe(2 * CLIENTS);
    const { handshake } = (await measure(transport, { link: null })).measurements.bytes.up;
    const resume = transport === 'sse' ? 'Last-Event-ID: \r\n' : '&after=';
    const cursorBytes = bytes.up.handshake - 2 * handshake - CLIENTS * resume.length;
    // At 50/s and 700 ms the cursor has one or two digits.
    expect(cursorBytes).toBeGreaterThanOrEqual(CLIENTS);
    expect(cursorBytes).toBeLessThanOrEqual(2 * CLIENTS);
  });

  it.concurrent('is back when it is no longer refused', async () => {
    const refuse = { kind: 'refuse', atMs: CUT.atMs, forMs: 600 } as const;
    const outcome = await measure(transport, { link: { events: [CUT, refuse] } });
    expect(codesOf(outcome)).toEqual([]);
    const { messages, connections, faults } = outcome.measurements;
    expect([messages.lost, connections.unrecovered, faults]).toEqual([0, 0, {}]);
    const recovery = recoveryMs(outcome);
    expect(recovery.samples).toBe(CLIENTS);
    // Not before 600 ms, but for what the cut takes to be noticed, where the first waits are 200 ms at
    // most; and the longest wait after that.
    expect(recovery.min).toBeGreaterThan(refuse.forMs - SLACK_MS);
    expect(recovery.max).toBeLessThan(refuse.forMs + RECONNECT.upToMs + SLACK_MS);
  });

  it.concurrent('is back where nothing is sent, too', async () => {
    const outcome = await measure(transport, { workload: { kind: 'idle' } });
    expect(codesOf(outcome)).toEqual([]);
    expect(recoveryMs(outcome).samples).toBe(CLIENTS);
    expect(outcome.measurements.connections.unrecovered).toBe(0);
  });

  it.concurrent('says that nobody was back when everybody is refused to the end, and ends', async () => {
    const refuse = { kind: 'refuse', atMs: CUT.atMs, forMs: 60_000 } as const;
    const phases = { warmupMs: 100, measureMs: 1_000, drainMs: 300 };
    const outcome = await measure(transport, { phases, link: { events: [CUT, refuse] } });
    expect(codesOf(outcome)).toEqual(['lost', 'unrecovered']);
    expect(outcome.measurements.connections.unrecovered).toBe(CLIENTS);
    expect(accounted(outcome.measurements)).toEqual(outcome.measurements.sockets);
  });
});

describe.each(['sse', 'websocket'] as const)('%s, where nobody is to come back', (transport) => {
  it.concurrent('says of a cut that it is a fault', async () => {
    const outcome = await measure(transport, { reconnect: null });
    expect(codesOf(outcome)).toEqual(['lost', 'faults']);
    const { warnings, measurements } = outcome;
    // A client that was about to write learns of it by the write; and of bytes that the relay has yet to pass
    // on, Node makes an ordinary end before it resets.
    expect(warnings.find(({ code }) => code === 'faults')?.message).toMatch(
      /^20 answers or connections went wrong, most often \(\d+\): (read ECONNRESET|write EPIPE|write ECONNRESET|the server ended the .*)$/,
    );
    expect([measurements.connections.reopened, recoveryMs(outcome).samples]).toEqual([0, 0]);
  });
});
