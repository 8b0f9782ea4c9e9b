import { describeAnswer, formatLoad, VERDICT_WORDS } from '../reports/capacity/describe.ts';
import { formatMs } from '../reports/format.ts';
import { DOING } from '../reports/stages.ts';
import { clip, printable } from '../reports/wrap.ts';
import type { CapacityEvent, Search } from '../runners/capacity/capacity.ts';
import { sourcesOf } from '../scenarios/deliveries.ts';
import type { Output } from './command.ts';
import type { ProgressLine } from './progress.ts';

/** One line for every finished step and for every search; on a terminal also a live line below them. */
export function capacityProgress({
  output,
  now,
}: {
  output: Output;
  now: () => Date;
}): ProgressLine<CapacityEvent> {
  const live = output.isTTY === true;
  let startedMs = now().getTime();

  const draw = (text: string) => {
    if (live) output.write(`\r\u001b[K${clip(printable(text), (output.columns || 80) - 1)}`);
  };
  const say = (line: string) => {
    output.write(`${live ? '\r\u001b[K' : ''}${printable(line)}\n`);
  };

  const onEvent = (event: CapacityEvent) => {
    const { search } = event;
    switch (event.kind) {
      case 'step': {
        startedMs = now().getTime();
        draw(`${stepName(search, event.load)} · ${formatMs(event.scenario.phases.measureMs)} to measure`);
        break;
      }
      case 'stage':
        draw(`${stepName(search, event.load)} · ${DOING[event.stage]}`);
        break;
      case 'step-done': {
        const { load, verdict, reasons } = event.step;
        const why = reasons.length === 0 ? '' : `: ${reasons.join('; ')}`;
        const took = ((now().getTime() - startedMs) / 1_000).toFixed(1);
        say(`${stepName(search, load)}: ${VERDICT_WORDS[verdict]}${why} (${took} s)`);
        break;
      }
      case 'search-done':
        say(`${armName(search)}: ${describeAnswer(event.found)}`);
        break;
    }
  };
  return { onEvent, say, end: () => draw('') };
}

function armName({ scenario, transport, server }: Search): string {
  return `${scenario.name} · ${transport} · ${server.name}`;
}

function stepName(search: Search, load: number): string {
  const { by, scenario } = search;
  const each = by === 'rate' && sourcesOf(scenario) > 1 ? ' each' : '';
  return `${armName(search)} · ${formatLoad(load, by)}${each}`;
}
