import { formatCount, formatList, formatNumber, sentence } from '../../format.ts';
import { rankingOf } from '../../headline.ts';
import { median } from '../../statistics.ts';
import type { Arm, ScenarioSummary } from '../../summary.ts';
import { armNames } from '../../transports.ts';
import { barChart } from '../charts/bars.ts';
import { bytesChart } from '../charts/bytes.ts';
import { askingOf, requestsChart } from '../charts/requests.ts';
import type { Section } from '../section.ts';

/** What it takes to be there when something happens: requests, bytes where nothing happens, and connecting. */
export function stayingConnectedSection({ scenario, arms }: ScenarioSummary): Section | null {
  const { workload, connecting } = scenario;
  // A client that asks for what it wants waits for nothing.
  if (workload.kind === 'request' && connecting === 'paced') return null;
  const measured = arms.filter(({ completed }) => completed.length > 0);
  const idle = workload.kind === 'idle';
  const content = [
    connecting === 'at-once' ? connectChart(measured) : null,
    idle ? bytesChart(measured, 'connection and second') : null,
    workload.kind === 'request' ? null : requestsChart(measured),
  ].filter((chart) => chart !== null);
  if (content.length === 0) return null;
  const finding = [
    connecting === 'at-once' ? rankingOf('connect.p99', arms) : null,
    idle ? rankingOf('bytes.perConnectionSecond', arms) : null,
    ...(workload.kind === 'request' ? [] : askingSentences(measured)),
    connectionsSentence(measured, scenario.connections),
    reopenedSentence(measured),
  ].filter((text) => text !== null);
  return {
    id: `${scenario.name}-staying-connected`,
    title: 'What staying connected costs',
    finding,
    content,
    place: 'beside',
  };
}

function connectChart(arms: readonly Arm[]) {
  return barChart(arms, 'connect.p99', {
    title: 'Time to connect, p99',
    axis: 'ms from the instant at which all were due to connect',
    divisor: 1_000,
    reading: 'TCP connection and subscription.',
  });
}

function askingSentences(arms: readonly Arm[]): string[] {
  const nameOf = armNames(arms, 'inSentence');
  const asking = arms.map((arm) => ({ arm, name: nameOf(arm), ...askingOf(arm) }));
  const polled = asking.filter(({ arm }) =>
    arm.completed.some(({ measurements }) => measurements.requests.carrying !== null),
  );
  const kept = asking.filter((each) => !polled.includes(each));
  const byWhat = new Map<string, string[]>();
  for (const { name, empty, other } of polled) {
    const what = asks(empty, empty + other);
    byWhat.set(what, [...(byWhat.get(what) ?? []), name]);
  }
  return [
    ...[...byWhat].map(([what, names]) => `over ${formatList(names)} ${what}`),
    ...(kept.length === 0
      ? []
      : [
          `over ${formatList(kept.map(({ name }) => name))} ${polled.length === 0 ? 'a client' : 'it'} asks ${onceOr(Math.max(...kept.map(({ other }) => other)))}`,
        ]),
  ].map(sentence);
}

function asks(empty: number, all: number): string {
  const share = all === 0 ? 0 : empty / all;
  const nothing =
    share === 0
      ? 'never for nothing'
      : `${formatNumber(Number((share * 100).toPrecision(2)))} % of it for nothing`;
  return `a client asks ${formatNumber(all)} times while measuring, ${nothing}`;
}

/** More than once where connections were lost. */
function onceOr(times: number): string {
  return times <= 1 ? 'once and stays' : `${formatNumber(times)} times at most`;
}

/** How many TCP connections that took, and who counted them: the server where it does. */
function connectionsSentence(arms: readonly Arm[], clients: number): string | null {
  const nameOf = armNames(arms, 'inSentence');
  const counted = arms.flatMap((arm) => {
    const accepted = medianOf(arm, 'accepted');
    const count = accepted ?? medianOf(arm, 'established');
    return count === null ? [] : [{ name: nameOf(arm), each: count / clients, byServer: accepted !== null }];
  });
  if (counted.length === 0) return null;
  const ofOne = counted.filter(({ each }) => each === 1);
  const more = counted.filter((one) => !ofOne.includes(one));
  const several = more.map(({ name, each }) => `${formatNumber(Number(each.toPrecision(3)))} over ${name}`);
  const one = several.length === 0 ? 'one' : `one over ${formatList(ofOne.map(({ name }) => name))}`;
  const said = [...(ofOne.length === 0 ? [] : [one]), ...several];
  const bySelf = counted.filter(({ byServer }) => !byServer).map(({ name }) => name);
  const source =
    bySelf.length === 0
      ? ', as the servers count them'
      : bySelf.length === counted.length
        ? ', as the clients count them'
        : `, as the servers count them, and for ${formatList(bySelf)} the clients`;
  return sentence(`TCP connections of a client: ${formatList(said)}${source}`);
}

/** The median over trials; `null` unless all of them know it. */
function medianOf(arm: Arm, count: 'accepted' | 'established'): number | null {
  const counts = arm.completed.flatMap(({ measurements }) => measurements.connections[count] ?? []);
  return counts.length < arm.completed.length ? null : median(counts);
}

function reopenedSentence(arms: readonly Arm[]): string | null {
  const nameOf = armNames(arms, 'inSentence');
  const again = arms.flatMap((arm) => {
    const count = arm.completed.reduce((sum, { measurements }) => sum + measurements.connections.reopened, 0);
    return count === 0 ? [] : [`${count.toLocaleString('en-US')} over ${nameOf(arm)}`];
  });
  const trials = arms.reduce((sum, { completed }) => sum + completed.length, 0);
  return again.length === 0
    ? null
    : sentence(`connections opened again, in ${formatCount(trials, 'trial')}: ${formatList(again)}`);
}
