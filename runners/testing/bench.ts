import { ACCOUNTS, type Measurements } from '../../reports/results/schema.ts';
import { contentOf, FILLER } from '../../scenarios/content.ts';
import { fieldsOf } from '../../scenarios/header-fields.ts';
import type { Scenario } from '../../scenarios/schema.ts';
import { nowUs } from '../clock.ts';
import { CONTRACT } from '../drivers/contract-dialect.ts';
import type { DriverContext } from '../drivers/driver.ts';
import { type Message, Recorder } from '../generator/recorder.ts';
import { Agenda } from '../pacing/agenda.ts';
import { STAMP_BYTES } from '../stamp.ts';
import { Window } from '../window.ts';
import { Ledger } from '../wire/ledger.ts';
import { SocketTotals } from '../wire/socket-totals.ts';
import type { Target } from '../wire/target.ts';

/** What one driver needs around it, without processes: a minute's window that is open, and the books. */
export interface Bench {
  readonly context: DriverContext;
  readonly recorder: Recorder;
  /** The next message of stream 0, due now. */
  message(): Message;
  /** All that was recorded. */
  measurements(): Measurements;
  /** The faults, by reason. */
  faults(): Measurements['faults'];
  /** What the sockets counted beyond what the accounts hold; nought each when the books are right. */
  unaccounted(): { up: number; down: number };
  close(): Promise<void>;
}

/** Sets the driver of a scenario up against a server. */
export function benchFor(
  target: Target,
  { tuning, workload, headers, reconnect, compression }: Scenario,
): Bench {
  const agenda = new Agenda();
  const window = new Window({ warmupMs: 0, measureMs: 60_000, drainMs: 0 });
  window.open(Math.floor(nowUs()) - 1_000);
  const payloadBytes = workload.kind === 'idle' ? STAMP_BYTES : workload.payloadBytes;
  const content =
    workload.kind === 'idle' ? FILLER : contentOf(workload.content, 1, payloadBytes - STAMP_BYTES);
  const recorder = new Recorder(window, payloadBytes, 1, content);
  recorder.clientsComeBack = reconnect !== null;
  recorder.compressed = compression === 'none' ? null : 0;
  const ledger = new Ledger();
  const totals = new SocketTotals();
  let sequence = -1;
  const measurements = () =>
    recorder.measurements({
      clients: { ledger, totals },
      process: { role: 'worker', cpuUs: 0, rssBytes: 0, rssBeforeBytes: 0 },
      answers: true,
    });
  return {
    context: {
      target,
      dialect: CONTRACT,
      tuning,
      workload,
      compression,
      headers: fieldsOf(headers, 'poll', 'http://127.0.0.1'),
      postHeaders: fieldsOf(headers, 'post', 'http://127.0.0.1'),
      reconnect,
      seed: 1,
      agenda,
      window,
      recorder,
      ledger,
      totals,
      onProgress: () => {},
    },
    recorder,
    message() {
      sequence += 1;
      return { stream: 0, sequence, channel: 0, dueUs: Math.floor(nowUs()) };
    },
    measurements,
    faults: () => measurements().faults,
    unaccounted() {
      const { bytes, sockets } = measurements();
      const missing = (direction: 'up' | 'down') =>
        sockets[direction] - ACCOUNTS.reduce((sum, account) => sum + bytes[direction][account], 0);
      return { up: missing('up'), down: missing('down') };
    },
    close: () => agenda.close(),
  };
}
