import type { MeasuredRequest, SavedRequest } from '../check/request.ts';
import { defineCommand, type Io } from '../command.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { REACH_FLAGS } from '../load-flags.ts';
import { remember } from '../remember.ts';
import type { Rooms } from '../rooms.ts';

/** `wirebench check`: says whether something got worse. Composition only; docs/gate.md has the rule. */
export const check = defineCommand({
  usage: 'check [base] [new]',
  summary: 'Decide whether delivery got worse: two servers, two commits, or two runs',
  positionals: {
    base: { type: 'string', describe: 'results.json of the baseline, or its folder' },
    new: { type: 'string', describe: 'results.json to hold against it' },
  },
  flags: {
    server: { type: 'string', describe: 'The candidate: a server file, or an origin' },
    'base-server': { type: 'string', describe: 'The baseline: another server' },
    'base-ref': { type: 'string', describe: 'The baseline: the same server file in another commit' },
    build: { type: 'string', describe: "Shell command that builds that commit, '' for none [npm ci]" },
    gate: {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Instead of the default gates, such as "sse latency.p99 <= +20%"; may be repeated',
    },
    scenario: {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'A built-in name or a file; may be repeated [steady]',
    },
    transports: {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Any of polling,long-polling,sse,websocket [sse,websocket]',
    },
    trials: { type: 'string', describe: 'Most trials of each side; it stops when it can tell [20]' },
    seed: { type: 'string', describe: 'Seed of the order and of all due times [random]' },
    connections: { type: 'string', describe: 'Clients, instead of what the scenario says' },
    rate: { type: 'string', describe: 'Messages per second of each source' },
    payload: { type: 'string', describe: 'Bytes of a message' },
    duration: { type: 'string', describe: 'Length of the measuring phase, as in 10s or 500ms' },
    out: { type: 'string', describe: 'Folder for results and verdict [results/<time>]' },
    history: {
      type: 'string',
      describe: "File to add the candidate's trials to [results/history.ndjson without --out]",
    },
    format: {
      choices: ['text', 'json', 'github'],
      default: 'text',
      describe: 'What to print; "github" for annotations alone',
    },
    json: { type: 'boolean', default: false, describe: 'The same as --format json' },
    'fail-on-inconclusive': {
      type: 'boolean',
      default: false,
      describe: 'End with 21 where it cannot tell',
    },
    'dry-run': { type: 'boolean', default: false, describe: 'Print the plan; measure nothing' },
    quiet: { type: 'boolean', default: false, describe: 'No progress' },
    config: { type: 'string', describe: 'Config file [wirebench.config.json, .js, .mjs or .ts]' },
    ...REACH_FLAGS,
  },
  examples: [
    ['check --base-ref main --server server.json', 'this working tree against main'],
    ['check --base-server old.json --server new.json', 'two servers, side by side'],
    ['check base/results.json new/results.json', 'two saved runs of one server'],
  ],

  async run(values, words, io, rooms) {
    const { readCheck } = await import('../check/request.ts');
    const request = await readCheck(values, words, io);
    const chosen = { ...values, format: values.json ? ('json' as const) : values.format };
    return request.kind === 'saved'
      ? await checkSaved(request, chosen, io, rooms)
      : await checkMeasured(request, chosen, io, rooms);
  },
});

interface Chosen {
  readonly format: 'text' | 'json' | 'github';
  readonly out?: string | undefined;
  readonly history?: string | undefined;
  readonly quiet: boolean;
  readonly 'dry-run': boolean;
  readonly 'fail-on-inconclusive': boolean;
}

async function checkSaved(request: SavedRequest, chosen: Chosen, io: Io, rooms: Rooms): Promise<ExitCode> {
  const { judgeSaved } = await import('../../reports/gate/saved.ts');
  const { exitOf, sayVerdict, writeVerdict } = await import('../check/outputs.ts');
  const { readBaseline } = await import('../check/baseline-file.ts');
  const { openOutFolder, resultsPath } = await import('../out-folder.ts');
  const { base, candidate, objectives } = request;
  const saved = await rooms.readResults(await resultsPath(candidate, io.cwd));
  const verdict = judgeSaved(await readBaseline(base, io, rooms), saved, {
    objectives,
    baseline: base,
    candidate,
  });
  if (chosen.out !== undefined) {
    await writeVerdict(verdict, (await openOutFolder(chosen.out, io, rooms)).path, rooms);
  }
  await sayVerdict(verdict, chosen.format, io, rooms);
  return exitOf(verdict, chosen['fail-on-inconclusive']);
}

async function checkMeasured(
  request: MeasuredRequest,
  chosen: Chosen,
  io: Io,
  rooms: Rooms,
): Promise<ExitCode> {
  const { exitOf, sayVerdict, VERDICT_FILES, writeVerdict } = await import('../check/outputs.ts');
  const { comparisonOf, measureSides } = await import('../check/measure.ts');
  const { candidateOf, NAMED, openSides } = await import('../check/sides.ts');
  const { dropIfEmpty, linkLatest, openOutFolder } = await import('../out-folder.ts');
  const signal = io.interruption();
  const say = (line: string) => {
    if (!chosen.quiet) io.stderr.write(`${line}\n`);
  };
  if (chosen['dry-run']) {
    const { showPlan } = await import('../plan-text.ts');
    const { planTrials } = await import('../../runners/plan.ts');
    io.stdout.write(showPlan(planTrials(comparisonOf(request, NAMED)), chosen.format === 'json'));
    return EXIT.ok;
  }
  const sides = await openSides(request, io, rooms, say).catch((error: unknown) => {
    if (signal.aborted) return null;
    throw error;
  });
  if (sides === null) return EXIT.interrupted;
  try {
    const out = await openOutFolder(chosen.out, io, rooms);
    const { results, verdict } = await measureSides(request, sides, out, chosen.quiet, io, rooms);
    if (results.trials.length === 0) await dropIfEmpty(out);
    if (verdict === null) return EXIT.interrupted;
    await writeVerdict(verdict, out.path, rooms);
    await rooms.writeFileAtomic(out.report, await rooms.renderReport(results, 'html'));
    if (chosen.out === undefined) await linkLatest(out);
    // The baseline is not what is followed: it is another server, or was measured when it was new.
    await remember(candidateOf(results, sides.name), chosen, io, rooms);
    await sayVerdict(verdict, chosen.format, io, rooms);
    say(`results.json, report.html, ${VERDICT_FILES.join(', ')} are in ${out.shown}`);
    return exitOf(verdict, chosen['fail-on-inconclusive']);
  } finally {
    await sides.end();
  }
}
