import { suggest } from '../../scenarios/nearest.ts';
import { defineCommand } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { numberFlag, transportsFlag, wholeFlag } from '../flags.ts';
import { historyPath } from '../out-folder.ts';
import { formatAsked, putOut, RENDERING } from '../rendering.ts';

/** `wirebench trend`: follows metrics from run to run, and says where they changed. */
export const trend = defineCommand({
  usage: 'trend [file]',
  summary: 'Follow every metric from run to run, and say where it changed',
  positionals: {
    file: { type: 'string', describe: 'A history [results/history.ndjson]' },
  },
  flags: {
    metric: {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'What to follow, as in latency.p90; may be repeated [the usual ones]',
    },
    transports: {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Only some of polling,long-polling,sse,websocket',
    },
    last: { type: 'string', default: '100', describe: 'Only so many runs, the newest' },
    level: {
      type: 'string',
      default: '0.01',
      describe: 'Chance of a false change in a series that has none',
    },
    ...RENDERING,
  },
  examples: [
    ['trend', 'what the runs in results/ show'],
    ['trend --metric latency.p99 --metric bytes.perMessage', 'two metrics of every arm'],
    ['trend -o trend.html', 'charts, with the changes marked in them'],
    ['trend history.ndjson -o trend.csv', 'every number, for a spreadsheet'],
  ],

  async run(values, [file], io, rooms) {
    const format = formatAsked(values.format, values.output);
    const { METRIC_IDS } = await import('../../reports/metrics.ts');
    const { TREND_METRICS, tracksOf } = await import('../../reports/trend/series.ts');
    const { renderTrend } = await import('../../reports/trend/render.ts');
    const { readTool } = await import('../../runners/environment.ts');
    const metrics = (values.metric ?? TREND_METRICS).map((word) => {
      const metric = METRIC_IDS.find((id) => id === word);
      if (metric !== undefined) return metric;
      throw new UsageError(
        `--metric: there is no metric ${JSON.stringify(word)}; ${suggest(word, METRIC_IDS)}`,
      );
    });
    const transports = values.transports === undefined ? null : transportsFlag(values.transports);
    const last = wholeFlag('last', values.last, 1, 1_000);
    const level = numberFlag('level', values.level);
    // 999 random orders show no smaller chance.
    if (level < 0.001 || level > 0.5) throw new UsageError(`--level must be from 0.001 to 0.5, not ${level}`);

    const { entries, skipped } = await rooms.readHistory(historyPath(file, io.cwd));
    for (const { line, reason } of skipped) io.stderr.write(`line ${line} ${reason}; it is skipped\n`);
    const tracks = tracksOf(entries, { metrics: [...new Set(metrics)], transports, last, level });
    const text = await renderTrend({ tracks, skipped, level, tool: readTool() }, format);
    await putOut(text, values.output, io, rooms);
    return EXIT.ok;
  },
});
