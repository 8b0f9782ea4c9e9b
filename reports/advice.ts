import type { Scenario } from '../scenarios/schema.ts';
import { capitalised, formatCount, formatList, formatMs } from './format.ts';
import type { MetricId } from './metrics.ts';
import { WARNING_CODES, type Warning, type WarningCode } from './results/schema.ts';
import type { ScenarioSummary } from './summary.ts';
import { armNames, listArms } from './transports.ts';

/** A kind of warning that some trials of a scenario carry, said once for all arms that have it. */
export interface Notice {
  readonly code: WarningCode;
  readonly level: Warning['level'];
  /** Whom it is about, and how bad it is: `Polling and SSE are invalid`. */
  readonly verdict: string;
  /** The evidence of the first trial that has it, and how many do. */
  readonly evidence: string;
  /** Which of their numbers not to trust, or to be careful with: `do not trust its latency.* in chat`. */
  readonly distrust: string;
  /** What to do about it, given what the scenario already says. */
  readonly advice: string;
}

/** The warnings of a scenario: what makes trials invalid first, one notice for each kind. */
export function noticesOf(summary: ScenarioSummary): Notice[] {
  return (['invalid', 'doubtful'] as const).flatMap((level) =>
    WARNING_CODES.flatMap((code) => noticeOf({ level, code }, summary)),
  );
}

/** The notice of one kind of warning; none where no trial carries it. */
function noticeOf(
  { level, code }: Pick<Warning, 'level' | 'code'>,
  { scenario, arms }: ScenarioSummary,
): Notice[] {
  const concerned = arms.flatMap((arm) => {
    const warnings = arm.completed.flatMap(
      (trial) => trial.warnings.find((each) => each.code === code && each.level === level) ?? [],
    );
    const [first] = warnings;
    return first === undefined ? [] : [{ arm, message: first.message, warned: warnings.length }];
  });
  const [first, ...others] = concerned;
  if (first === undefined) return [];
  const inSentence = armNames(arms, 'inSentence');
  const names = capitalised(
    listArms(
      concerned.map(({ arm }) => arm),
      arms,
    ),
  );
  const isSame = others.every(({ message }) => message === first.message);
  const warned = concerned.reduce((sum, one) => sum + one.warned, 0);
  const completed = concerned.reduce((sum, { arm }) => sum + arm.completed.length, 0);
  const share = completed === 1 ? '' : ` (${warned} of ${formatCount(completed, 'trial')})`;
  const [are, their] = others.length === 0 ? ['is', 'its'] : ['are', 'their'];
  const caution = level === 'invalid' ? 'do not trust' : 'be careful with';
  return [
    {
      code,
      level,
      verdict: `${names} ${are} ${level}`,
      evidence: `${isSame ? '' : `${inSentence(first.arm)}: `}${first.message}${share}`,
      distrust: `${caution} ${their} ${formatList(DISTRUSTED[code])} in ${scenario.name}`,
      advice: adviceFor(code, scenario),
    },
  ];
}

type FamilyOf<Id extends string> = Id extends `${infer Family}.${string}` ? Family : never;

/** A metric, or all metrics of a family. */
type Metrics = MetricId | `${FamilyOf<MetricId>}.*`;

/** What each kind of warning takes the ground from under. */
const DISTRUSTED: Readonly<Record<WarningCode, readonly Metrics[]>> = {
  // Of what did not arrive nobody knows how late it was.
  lost: ['latency.*', 'delivered.perSecond', 'bytes.perMessage'],
  duplicated: ['bytes.*', 'requests.*'],
  reordered: ['latency.*', 'service.*'],
  unsent: ['latency.*', 'messages.*', 'delivered.perSecond'],
  surplus: ['messages.*', 'latency.*', 'bytes.perMessage'],
  // The load was not the one that was asked for.
  connections: ['connect.*', 'latency.*', 'bytes.*', 'server.*'],
  unrecovered: ['recovery.*', 'latency.*', 'delivered.perSecond'],
  'negative-latency': ['latency.*', 'service.*'],
  'nothing-measured': ['latency.*', 'bytes.perMessage', 'server.cpuUsPerMessage'],
  'unaccounted-bytes': ['bytes.*'],
  faults: ['latency.*', 'requests.*', 'bytes.*'],
  'late-generator': ['latency.*', 'service.*', 'connect.*'],
  'busy-generator': ['latency.*', 'service.*', 'delivered.perSecond'],
  'busy-server': ['latency.*', 'service.*'],
  'crowded-cores': ['latency.p99', 'latency.max', 'server.cpuUsPerMessage'],
  'stolen-cpu': ['latency.p99', 'latency.max'],
  'aliased-phases': ['latency.*'],
  'few-samples': ['latency.*'],
  'not-compressed': ['bytes.*', 'server.*'],
};

const VERIFY = 'run `wirebench verify` on the server: it tells which rule of the contract it breaks';

/** What people can do about a kind of warning. */
function adviceFor(code: WarningCode, scenario: Scenario): string {
  const { connections, phases } = scenario;
  switch (code) {
    case 'lost':
      return `look at the server's log; if messages were only late, give the drain more than ${formatMs(phases.drainMs)}`;
    case 'duplicated':
    case 'reordered':
    case 'surplus':
      return VERIFY;
    case 'faults':
      if (!interrupts(scenario) || scenario.reconnect !== null) return VERIFY;
      return 'the link breaks connections and nobody comes back: set "reconnect" in the scenario';
    case 'unsent':
      return 'the server refused messages: lower --rate or --payload, or look at its log';
    case 'connections':
      if (scenario.connecting === 'at-once') {
        return 'the server did not take all at once: lower --connections, raise its listen backlog, or say in allow.connections how many may fail';
      }
      return `not all ${formatCount(connections, 'client')} connected: lower --connections, or raise what limits them, such as the descriptor limit (ulimit -n)`;
    case 'unrecovered':
      return `let the last interruption end earlier, or shorten "reconnect.upToMs"; the drain waits ${formatMs(phases.drainMs)} for them`;
    case 'negative-latency':
      return 'the clock that stamped is not the clock that read: run publisher and clients on one host, and let the server pass frames on as they are';
    case 'nothing-measured':
      return `no message was due in ${formatMs(phases.measureMs)}: raise --rate or --duration`;
    case 'unaccounted-bytes':
      return 'the accounts are wrong: please report it with this results file';
    case 'late-generator':
      return 'the figures measure the harness: end what else runs on this machine, or lower --rate and --connections';
    case 'busy-generator':
      return 'the generator was the limit, not the server: give it more processes (--workers), or lower --rate';
    case 'busy-server':
      return 'the server was the limit: latency holds its queue, which grows with --duration; lower --rate to see it below its limit';
    case 'crowded-cores':
      return 'they measure the contest for cores: lower --rate, or use a machine with more of them';
    case 'stolen-cpu':
      return 'the machine is virtual and its host was busy: repeat the run, or use another machine';
    case 'aliased-phases':
      return 'remove "phase": "fixed", or let the poll interval be no multiple of the message interval';
    case 'not-compressed':
      return 'the figures are those without compression: switch it on in the server, or set "compression" to "none"';
    case 'few-samples':
      return `measure longer than ${formatMs(phases.measureMs)} (--duration) or raise --rate`;
  }
}

/** Whether the link of a scenario breaks connections or keeps them from being opened. */
function interrupts({ link }: Scenario): boolean {
  return link?.events.some(({ kind }) => kind !== 'stall') ?? false;
}
