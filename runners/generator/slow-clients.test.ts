import { describe, expect, it } from 'vitest';
import { stampedFrame } from '../stamp.ts';
import { Window } from '../window.ts';
import { Ledger } from '../wire/ledger.ts';
import { SocketTotals } from '../wire/socket-totals.ts';
import { Recorder } from './recorder.ts';
import { isSlow, SlowClients } from './slow-clients.ts';

describe('isSlow', () => {
  it('is the last of every so many', () => {
    const slow = { oneIn: 4, kbps: 256 };
    expect(
      Array.from({ length: 11 }, (_, client) => client).filter((client) => isSlow(slow, client)),
    ).toEqual([3, 7]);
  });
});

describe('SlowClients', () => {
  it('keeps books of its own, and hands over bytes that count nowhere and what was received', async () => {
    const window = new Window({ warmupMs: 0, measureMs: 400, drainMs: 0 });
    window.open(1_000_000);
    const others = {
      recorder: new Recorder(window, 40, 4),
      ledger: new Ledger(),
      totals: new SocketTotals(),
    };
    others.ledger.add('down', 'payload', 7, true);
    others.totals.down = 7;
    const slow = new SlowClients({ oneIn: 2, kbps: 256 }, [4, 5, 6, 7], others);
    expect([...slow.clients]).toEqual([5, 7]);
    const { recorder, ledger, totals } = slow.books;
    // 256 kbit/s.
    expect(totals.readBytesPerSecond).toBe(32_000);

    recorder.expect(0, 2);
    recorder.expect(100, 2);
    const frame = stampedFrame({ stream: 0, sequence: 0, dueUs: 1_000_000, sentUs: 1_000_001 }, 40);
    recorder.delivered(5, frame, 0, 40, 1_300_000);
    recorder.fault('the server ended the event stream');
    ledger.add('down', 'payload', 40, true);
    totals.down = 40;
    totals.endedByPeer = 1;
    const reading = slow.readOut();
    // What is read now was not received in time.
    expect(totals.readBytesPerSecond).toBeNull();
    const late = stampedFrame({ stream: 0, sequence: 1, dueUs: 1_100_000, sentUs: 1_100_001 }, 40);
    recorder.delivered(5, late, 0, 40, 1_300_000);
    await reading;
    slow.settle();

    const measured = others.recorder.measurements({
      clients: others,
      process: { role: 'worker', cpuUs: 0, rssBytes: 0, rssBeforeBytes: 0 },
      answers: false,
    });
    expect(measured.slow).toEqual({ clients: 2, expected: 4, received: 1, disconnected: 1 });
    expect(measured.messages).toMatchObject({ expected: 0, received: 0, lost: 0 });
    expect(measured.faults).toEqual({});
    expect(measured.bytes.down).toMatchObject({ payload: 7, outside: 40 });
    expect(measured.sockets.down).toBe(47);
  });
});
