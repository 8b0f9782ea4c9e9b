import type { Scenario } from '../scenarios/schema.ts';
import { formatCount, formatMs } from './format.ts';
import type { WarningCode } from './results/schema.ts';
import type { Arm } from './summary.ts';
import { LOOKS } from './transports.ts';

/** A warning that some trials of an arm carry, said once. */
export interface Notice {
  readonly code: WarningCode;
  readonly level: 'invalid' | 'doubtful';
  /** The evidence of the first trial that has it, and how many do. */
  readonly evidence: string;
  /** What to do about it, given what the scenario already says. */
  readonly advice: string;
}

/** The warnings of an arm, one line per kind instead of one per trial. */
export function noticesOf(arm: Arm): Notice[] {
  const all = arm.completed.flatMap(({ warnings }) => warnings);
  const firsts = all.filter((warning, index) => all.findIndex(({ code }) => code === warning.code) === index);
  return firsts.map(({ code, level, message }) => {
    const trials = arm.completed.filter(({ warnings }) => warnings.some((warning) => warning.code === code));
    const share =
      arm.completed.length === 1
        ? ''
        : ` (${trials.length} of ${formatCount(arm.completed.length, 'trial')})`;
    return { code, level, evidence: `${message}${share}`, advice: adviceFor(code, arm) };
  });
}

/** What people can do about a kind of warning. */
export function adviceFor(code: WarningCode, arm: Arm): string {
  const { scenario, transport } = arm;
  const { measureMs, drainMs } = scenario.phases;
  switch (code) {
    case 'lost':
      return `look at the server's log; if messages were only late, give the drain more than ${formatMs(drainMs)}`;
    case 'duplicated':
    case 'reordered':
    case 'surplus':
      return 'run `wirebench verify` on the server: it tells which rule of the contract it breaks';
    case 'unsent':
      return 'the server refused messages: lower --rate or --payload, or look at its log';
    case 'connections':
      return scenario.connecting === 'at-once'
        ? 'the server did not take all at once: lower --connections, raise its listen backlog, or say in allow.connections how many may fail'
        : `fewer than ${formatCount(scenario.connections, 'client')} connected: lower --connections or raise the descriptor limit`;
    case 'unrecovered':
      return `let the last interruption end earlier, or shorten "reconnect.upToMs"; the drain waits ${formatMs(drainMs)} for them`;
    case 'negative-latency':
      return 'the clock that stamped is not the clock that read: run publisher and clients on one host';
    case 'nothing-measured':
      return `no message was due or none arrived in ${formatMs(measureMs)}: raise --rate or --duration`;
    case 'unaccounted-bytes':
      return 'the byte figures of this arm are wrong: please report it with this results file';
    case 'faults':
      if (interrupts(scenario) && scenario.reconnect === null) {
        return 'the link breaks connections and nobody comes back: set "reconnect" in the scenario';
      }
      return `run \`wirebench verify\` on the server's ${LOOKS[transport].name}`;
    case 'late-generator':
      return 'the figures measure the harness: end what else runs on this machine, or lower --rate and --connections';
    case 'busy-generator':
      return 'the generator was the limit, not the server: give it more processes (--workers), or lower --rate';
    case 'busy-server':
      return 'the server was the limit: latency holds its queue, which grows with --duration; lower --rate to see it below its limit';
    case 'crowded-cores':
      return 'CPU and tail latency measure the contest for cores: lower --rate, or use a machine with more of them';
    case 'stolen-cpu':
      return 'the machine is virtual and its host was busy: repeat the run, or use another machine';
    case 'aliased-phases':
      return 'remove "phase": "fixed", or let the poll interval be no multiple of the message interval';
    case 'few-samples':
      return `measure longer than ${formatMs(measureMs)} (--duration) or raise --rate`;
  }
}

/** Whether the link of a scenario breaks connections or keeps them from being opened. */
function interrupts({ link }: Scenario): boolean {
  return link?.events.some(({ kind }) => kind !== 'stall') ?? false;
}
