import { formatClock } from '../reports/format.ts';
import type { Ceiling, Trial } from '../reports/results/schema.ts';
import { DOING } from '../reports/stages.ts';
import { clip, printable } from '../reports/wrap.ts';
import type { PlannedTrial } from '../runners/plan.ts';
import type { RunEvent } from '../runners/run.ts';
import type { Output } from './command.ts';
import { longestMs } from './plan-text.ts';

/** How often the live line is drawn again, for its clock. */
const REDRAW_MS = 500;

/** What a progress line needs to know. */
export interface ProgressOptions {
  readonly plan: readonly PlannedTrial[];
  readonly output: Output;
  readonly now: () => Date;
}

/** Tells people on stderr how a run or a search goes. */
export interface ProgressLine<Event> {
  readonly onEvent: (event: Event) => void;
  /** Writes a line above the live line. */
  readonly say: (line: string) => void;
  /** Takes the live line away. */
  readonly end: () => void;
}

/** One line for every finished trial; on a terminal also a live line below them with the time left. */
export function showProgress({ plan, output, now }: ProgressOptions): ProgressLine<RunEvent> {
  const withServer = new Set(plan.map(({ server }) => server.name)).size > 1;
  const live = output.isTTY === true;
  let doing = '';
  let startedMs = now().getTime();
  let current = -1;

  const elapsedMs = () => now().getTime() - startedMs;
  const draw = () => {
    if (!live || doing === '') return;
    const text = `${doing} · ${formatClock(timeLeftMs(plan, current, elapsedMs()))} left`;
    output.write(`\r\u001b[K${clip(printable(text), (output.columns || 80) - 1)}`);
  };
  const say = (line: string) => {
    output.write(`${live ? '\r\u001b[K' : ''}${printable(line)}\n`);
  };
  const timer = live ? setInterval(draw, REDRAW_MS) : undefined;

  const onEvent = (event: RunEvent) => {
    switch (event.kind) {
      case 'ceiling':
        doing = `asking how many requests ${event.server} can answer`;
        break;
      case 'ceiling-done':
        doing = '';
        say(ceilingLine(event.ceiling));
        break;
      case 'ceiling-failed':
        doing = '';
        say(`${event.server} could not be asked how many requests it can answer: ${event.reason}`);
        break;
      case 'beyond-machine':
        say(`${label(event.trial, event.trial.server.name, withServer)}: ${event.limit}`);
        break;
      case 'trial':
        current = event.trial.order;
        startedMs = now().getTime();
        doing = `[${current + 1}/${event.of}] ${label(event.trial, event.trial.server.name, withServer)}`;
        break;
      case 'stage':
        doing = `[${current + 1}/${plan.length}] ${label(event.trial, event.trial.server.name, withServer)} · ${DOING[event.stage]}`;
        break;
      case 'again':
        say(`block ${event.block + 1} is measured again`);
        break;
      case 'trial-done': {
        const { trial, of } = event;
        doing = '';
        say(
          `[${trial.order + 1}/${of}] ${label(trial, trial.server, withServer)}: ${ending(trial, elapsedMs())}`,
        );
        break;
      }
    }
    draw();
  };
  const end = () => {
    clearInterval(timer);
    if (live) output.write('\r\u001b[K');
  };
  return { onEvent, say, end };
}

/** Longest time until the plan is done, in milliseconds; `current` is −1 before the first trial. */
export function timeLeftMs(plan: readonly PlannedTrial[], current: number, elapsedMs: number): number {
  return plan.slice(Math.max(0, current)).reduce((sum, trial, index) => {
    const done = index === 0 && current >= 0 ? elapsedMs : 0;
    return sum + Math.max(0, longestMs(trial) - done);
  }, 0);
}

function ceilingLine({ server, tool, connections, requestsPerSecond }: Ceiling): string {
  const rate = Math.round(requestsPerSecond).toLocaleString('en-US');
  return `${server} can answer ${rate} plain requests/s (${tool}, ${connections} connections)`;
}

function label(
  { scenario, transport }: Pick<Trial, 'scenario' | 'transport'>,
  server: string,
  withServer: boolean,
): string {
  return [scenario.name, transport, ...(withServer ? [server] : [])].join(' · ');
}

function ending({ outcome }: Trial, elapsedMs: number): string {
  const took = `(${(elapsedMs / 1_000).toFixed(1)} s)`;
  switch (outcome.status) {
    case 'completed': {
      const codes = [...new Set(outcome.warnings.map(({ code }) => code))];
      return `${[outcome.validity, codes.join(', ')].filter(Boolean).join(': ')} ${took}`;
    }
    case 'failed':
      return `failed while ${DOING[outcome.stage]}: ${outcome.reason} ${took}`;
    case 'skipped':
      return `skipped: ${outcome.reason}`;
  }
}
