import { afterAll, describe, expect, it } from 'vitest';
import type { Completed, Measurements } from '../../reports/results/schema.ts';
import type { ScenarioInput } from '../../scenarios/schema.ts';
import { TRANSPORTS, type Transport } from '../../servers/contract.ts';
import { leftOver } from '../testing/processes.ts';
import { pushOf, scenarioOf } from '../testing/scenarios.ts';
import { accounted, besideOthers, completed, runAlone } from '../testing/trials.ts';

/**
 * The bytes of whole trials against the reference server: every byte that a socket counted is in
 * exactly one account, for every transport, direction and payload size, and what the protocols
 * say of framing comes out to the byte.
 */

const PHASES = { warmupMs: 60, measureMs: 300, drainMs: 2_000 };
const SIZES = [32, 125, 126, 4_088, 65_535, 65_536];

async function measure(
  transport: Transport,
  scenario: Partial<ScenarioInput>,
  workers: number | null = null,
): Promise<Completed> {
  const complete = scenarioOf({
    connections: 3,
    phases: PHASES,
    tuning: { polling: { everyMs: 30 }, 'long-polling': { holdMs: 150 }, websocket: { pingMs: 100 } },
    ...scenario,
  });
  return besideOthers(completed(await runAlone({ transport, scenario: complete, seed: 7 }, { workers })));
}

/** What must hold for every trial that went well. */
function expectRightBooks({ validity, warnings, measurements }: Completed): void {
  const { messages, sockets, connections, faults } = measurements;
  expect({ validity, warnings, faults }).toEqual({ validity: 'valid', warnings: [], faults: {} });
  expect(accounted(measurements)).toEqual(sockets);
  expect(messages).toMatchObject({ unsent: 0, lost: 0, duplicated: 0, reordered: 0, negative: 0 });
  expect([messages.received, messages.sent]).toEqual([messages.expected, messages.due]);
  expect(messages.received).toBeGreaterThanOrEqual(40);
  expect([connections.opened, sockets.up > 0, sockets.down > 0]).toEqual([connections.asked, true, true]);
}

/** Ground truth 6 of a trial: what its sockets counted and no account holds. */
function unaccounted(transport: Transport, { measurements }: Completed) {
  const { sockets } = measurements;
  const held = accounted(measurements);
  return {
    no: 6,
    what: `${transport}: bytes of the sockets that are in no account`,
    expected: '0 B up, 0 B down',
    measured: `${sockets.up - held.up} B up, ${sockets.down - held.down} B down`,
  };
}

/** Header of a WebSocket frame from a server (RFC 6455 §5.2); a client's mask adds four bytes. */
function headerBytes(payloadBytes: number): number {
  return payloadBytes <= 125 ? 2 : payloadBytes <= 65_535 ? 4 : 10;
}

/** Least and most that may lie around a payload, by transport: what the protocols say, to the byte where they do. */
function framingBounds(transport: Transport, payloadBytes: number): readonly [number, number] {
  switch (transport) {
    case 'polling':
    case 'long-polling':
      // Two quotes; a comma unless it is the first; `{"next":N,"frames":[]}` with at most 3 digits for each answer.
      return [2, 3 + 25];
    case 'sse': {
      // Chunk size in hexadecimal and two line ends; `id: N`, N of 1 to 3 digits; `data: `; three line feeds.
      const block = (digits: number) => 4 + digits + 6 + payloadBytes + 3;
      const around = (digits: number) => block(digits) - payloadBytes + block(digits).toString(16).length + 4;
      return [around(1), around(3)];
    }
    case 'websocket':
      return [headerBytes(payloadBytes), headerBytes(payloadBytes)];
  }
}

function expectWhatPushCosts(transport: Transport, payloadBytes: number, { messages, bytes }: Measurements) {
  const { received } = messages;
  const { payload, framing } = bytes.down;
  if (transport === 'sse' || transport === 'websocket') expect(payload).toBe(received * payloadBytes);
  // A poll that begins in the window may bring frames of the warm-up too.
  else expect(payload).toBeGreaterThanOrEqual(received * payloadBytes);
  expect(payload % payloadBytes).toBe(0);
  const [least, most] = framingBounds(transport, payloadBytes);
  const frames = payload / payloadBytes;
  expect(framing).toBeGreaterThanOrEqual(frames * least);
  // Every poll has an answer, some of them empty.
  const empty = transport === 'polling' ? 1_000 : transport === 'long-polling' ? 300 : 0;
  expect(framing).toBeLessThanOrEqual(frames * most + empty);
}

afterAll(() => expect(leftOver()).toEqual([]));

describe.each(TRANSPORTS)('ground truths 1 and 6: %s', (transport) => {
  // What comes down is the same whoever has sent it: other sizes are those of clients below.
  it.for([32, 65_536])('down: from a publisher, %i B', async (payloadBytes, { task }) => {
    const schedule = { kind: 'poisson', perSecond: 80 } as const;
    const outcome = await measure(transport, { workload: pushOf({ payloadBytes, schedule }) });
    task.meta.truths = [unaccounted(transport, outcome)];
    expectRightBooks(outcome);
    const { measurements } = outcome;
    expectWhatPushCosts(transport, payloadBytes, measurements);
    expect(measurements.messages.expected).toBe(3 * measurements.messages.due);
    // The publisher's bytes are nobody's: what goes up is the clients' asking alone.
    expect(measurements.bytes.up).toMatchObject({ payload: 0, framing: 0 });
  });

  it.for(SIZES)('up and down: from clients in rooms of two, %i B', async (payloadBytes, { task }) => {
    const schedule = { kind: 'poisson', perSecond: 40 } as const;
    const workload = pushOf({ origin: 'clients', audience: { rooms: 2 }, payloadBytes, schedule });
    const outcome = await measure(transport, { workload });
    task.meta.truths = [unaccounted(transport, outcome)];
    expectRightBooks(outcome);
    const { measurements } = outcome;
    expectWhatPushCosts(transport, payloadBytes, measurements);
    const { bytes, messages, connections } = measurements;
    const posts = transport !== 'websocket';
    // One exchange more may count: a message due before the window whose exchange began in it.
    expect(bytes.up.payload - messages.sent * payloadBytes).toBeGreaterThanOrEqual(0);
    expect(bytes.up.payload % payloadBytes).toBe(0);
    expect(connections.asked).toBe(posts ? 6 : 3);
    if (posts) {
      expect(bytes.up.framing).toBe(0);
      return;
    }
    expect(bytes.up).toMatchObject({
      payload: messages.sent * payloadBytes,
      framing: messages.sent * (headerBytes(payloadBytes) + 4),
    });
    task.meta.truths = [
      ...task.meta.truths,
      {
        no: 1,
        what: `whole trials: header of a WebSocket frame of ${payloadBytes.toLocaleString('en')} B`,
        expected: `${headerBytes(payloadBytes)} B down, ${headerBytes(payloadBytes) + 4} B up`,
        measured: `${bytes.down.framing / messages.received} B down, ${bytes.up.framing / messages.sent} B up`,
      },
    ];
  });

  it('connected and silent', async () => {
    const { validity, measurements } = await measure(transport, { workload: { kind: 'idle' } });
    expect(validity).toBe('valid');
    expect(accounted(measurements)).toEqual(measurements.sockets);
    const { bytes, requests } = measurements;
    expect([bytes.up.payload, bytes.down.payload]).toEqual([0, 0]);
    const opens = transport === 'sse' || transport === 'websocket';
    expect(bytes.down.handshake > 0).toBe(opens);
    if (opens) expect(requests).toEqual({ total: 3, empty: 0, carrying: null });
    else expect([requests.empty, requests.carrying]).toEqual([requests.total, null]);
    // A ping of 6 B, masked, and its pong of 2 B. The first is sent 100 to 200 ms from the start of
    // the warm-up, so 2 or 3 fall into the window from 60 to 360 ms; a pong may miss its end.
    const pings = bytes.up.control / 6;
    const pongs = bytes.down.control / 2;
    if (transport !== 'websocket') {
      expect([pings, pongs]).toEqual([0, 0]);
      return;
    }
    expect([6, 7, 8, 9]).toContain(pings);
    expect([pings, pings - 1, pings - 2, pings - 3]).toContain(pongs);
  });
});

describe('compressed', () => {
  it.for(TRANSPORTS)("%s: a browser's headers, both ways, in rooms of two", async (transport, { task }) => {
    const schedule = { kind: 'poisson', perSecond: 40 } as const;
    const content = 'json';
    const workload = pushOf({
      origin: 'clients',
      audience: { rooms: 2 },
      payloadBytes: 4_088,
      content,
      schedule,
    });
    const outcome = await measure(transport, { workload, compression: 'deflate', headers: 'browser' });
    task.meta.truths = [unaccounted(transport, outcome)];
    expectRightBooks(outcome);
    const { messages, bytes } = outcome.measurements;
    expect(messages.compressed).toBe(messages.received);
    expect(bytes.down.payload / messages.received).toBeLessThan(4_088 / 2);
    // Posts are not compressed.
    if (transport === 'websocket') expect(bytes.up.payload / messages.sent).toBeLessThan(4_088 / 2);
    else expect(bytes.up.payload % 4_088).toBe(0);
  });
});

describe('two workers', () => {
  it.each(['polling', 'websocket'] as const)('%s: their books add up', async (transport) => {
    const workload = pushOf({ origin: 'clients', schedule: { kind: 'poisson', perSecond: 40 } });
    const outcome = await measure(transport, { workload }, 2);
    expectRightBooks(outcome);
    const roles = outcome.measurements.processes.map(({ role }) => role);
    expect(roles).toEqual(['server', 'worker', 'worker']);
  });
});

describe('polls on a new connection each', () => {
  it('pay for it in connections', async () => {
    const schedule = { kind: 'poisson', perSecond: 80 } as const;
    const outcome = await measure('polling', {
      workload: pushOf({ schedule }),
      tuning: { polling: { everyMs: 30, reuse: 'none' } },
    });
    expectRightBooks(outcome);
    const { requests, connections } = outcome.measurements;
    // A poll of the drain that brings the last frames counts as a request, but was not begun in the window.
    expect(requests.total - connections.reopened).toBeGreaterThanOrEqual(0);
    expect(requests.total - connections.reopened).toBeLessThanOrEqual(3);
    // One in 30 ms where nothing else runs, for each of three.
    expect(connections.reopened).toBeGreaterThanOrEqual(3 * 4);
  });
});

describe.each(['polling', 'websocket'] as const)('requests over %s', (transport) => {
  it.each([
    ['connection', 200],
    ['connection', 65_536],
    ['none', 200],
    ['none', 65_536],
  ] as const)('reuse: %s, %i B', async (reuse, payloadBytes) => {
    const schedule = { kind: 'poisson', perSecond: 60 } as const;
    const outcome = await measure(transport, {
      workload: { kind: 'request', reuse, payloadBytes, schedule },
    });
    expectRightBooks(outcome);
    const { bytes, messages, requests, connections } = outcome.measurements;
    const { sent, received } = messages;
    expect(messages.expected).toBe(messages.due);
    expect(requests.carrying).toBeNull();
    if (transport === 'websocket') {
      expect(bytes.up).toMatchObject({
        payload: sent * payloadBytes,
        framing: sent * (headerBytes(payloadBytes) + 4),
      });
      expect(bytes.down).toMatchObject({
        payload: received * payloadBytes,
        framing: received * headerBytes(payloadBytes),
      });
      // Three sockets that stay, or one for every request.
      expect([requests.total, connections.reopened]).toEqual(reuse === 'none' ? [sent, sent] : [3, 0]);
      expect(bytes.down.handshake).toBe(129 * requests.total);
    } else {
      // One exchange more may count: a message due before the window whose exchange began in it.
      expect(requests.total).toBeGreaterThanOrEqual(sent);
      expect(bytes.up).toMatchObject({ payload: requests.total * payloadBytes, framing: 0, handshake: 0 });
      expect(bytes.down.payload).toBe(requests.total * payloadBytes);
      if (reuse === 'connection') expect(connections.reopened).toBe(0);
      else expect(Math.abs(connections.reopened - requests.total)).toBeLessThanOrEqual(3);
    }
  });
});
