import { decodeHistogram } from '../../../reports/results/histogram.ts';
import { ACCOUNTS } from '../../../reports/results/schema.ts';
import { parseScenario } from '../../../scenarios/parse.ts';
import { nowUs } from '../../clock.ts';
import { CONTRACT } from '../../drivers/contract-dialect.ts';
import type { DriverContext } from '../../drivers/driver.ts';
import type { Recorder } from '../../generator/recorder.ts';
import { Agenda } from '../../pacing/agenda.ts';
import { Window } from '../../window.ts';
import { Ledger } from '../../wire/ledger.ts';
import { SocketTotals } from '../../wire/socket-totals.ts';
import { PAYLOAD_BYTES } from './contenders.ts';

/** What a process of this project says to the bench, once each. */
export type Word = { readonly kind: 'ready' } | ({ readonly kind: 'done' } & Done);

/** What it recorded from its start to its end: the proof that nothing was switched off. */
export interface Done {
  /** Messages delivered in the window. */
  readonly delivered: number;
  /** Samples in the latency histogram. */
  readonly recorded: number;
  /** Bytes of all accounts, and of the sockets' own counters. */
  readonly accountedBytes: number;
  readonly socketBytes: number;
  readonly faults: Readonly<Record<string, number>>;
}

/** Longer than any round. */
const WINDOW_MS = 60_000;

/** The window that is open from now on. */
export function openWindow(): Window {
  const window = new Window({ warmupMs: 0, measureMs: WINDOW_MS, drainMs: 0 });
  window.open(Math.floor(nowUs()));
  return window;
}

/** What a driver has around it in a trial, recorder and byte accounts included. */
export function contextOf(port: number, window: Window, recorder: Recorder): DriverContext {
  const { tuning, workload } = parseScenario(
    {
      name: 'bench',
      question: 'What does a delivery cost?',
      workload: {
        kind: 'push',
        origin: 'publisher',
        audience: 'all',
        payloadBytes: PAYLOAD_BYTES,
        schedule: { kind: 'constant', perSecond: 1 },
      },
      connections: 1,
      phases: { warmupMs: 0, measureMs: WINDOW_MS },
    },
    'bench',
  );
  return {
    target: { host: '127.0.0.1', port, tls: null },
    dialect: CONTRACT,
    headers: {},
    postHeaders: {},
    reconnect: null,
    compression: 'none',
    seed: 1,
    tuning,
    workload,
    agenda: new Agenda(),
    window,
    recorder,
    ledger: new Ledger(),
    totals: new SocketTotals(),
    onProgress: () => {},
  };
}

/**
 * The life of such a process: it says that it is ready, and when it is told to finish, it ends
 * its connections and hands in what it recorded. It ends when the bench is gone.
 */
export async function serve(
  { recorder, ledger, totals }: DriverContext,
  open: () => Promise<void>,
  close: () => void,
): Promise<void> {
  process.on('disconnect', () => process.exit(0));
  process.on('message', () => {
    close();
    const measured = recorder.measurements({
      clients: { ledger, totals },
      process: { role: 'worker', cpuUs: 0, rssBytes: 0, rssBeforeBytes: 0 },
      answers: false,
    });
    const { bytes, sockets, messages, histograms, faults } = measured;
    const done: Done = {
      delivered: messages.received,
      recorded: decodeHistogram(histograms.latency).totalCount,
      accountedBytes: ACCOUNTS.reduce((sum, account) => sum + bytes.up[account] + bytes.down[account], 0),
      socketBytes: sockets.up + sockets.down,
      faults,
    };
    say({ kind: 'done', ...done });
  });
  await open();
  say({ kind: 'ready' });
}

function say(word: Word): void {
  process.send?.(word);
}
