import { describe, expect, it } from 'vitest';
import { COMMANDS } from './commands/index.ts';
import { main } from './main.ts';
import { ROOMS } from './rooms.ts';
import { fakeIo } from './testing/fake-io.ts';

async function call(...argv: string[]) {
  const io = fakeIo();
  const exit = await main(argv, io);
  return { exit, out: io.out(), err: io.err() };
}

describe('a command line that cannot be understood exits 2 and says what to type instead', () => {
  it.each([
    [[], 'no command given; wirebench --help lists the commands'],
    [['rnu'], 'there is no command "rnu"; did you mean "run"?'],
    [
      ['bananas'],
      'there is no command "bananas"; use one of run, capacity, check, list, report, compare, view, serve, verify, selftest, trend, config, init, calibrate, completion',
    ],
    [['--verbose'], 'no command given; wirebench --help lists the commands'],
    [['run', '--trils', '3'], 'run: unknown flag --trils; did you mean "--trials"?'],
    [['run', '--no-celing'], 'run: unknown flag --no-celing; did you mean "--ceiling"?'],
    [
      ['run', '--trils=3', '--sed=1'],
      'run: unknown flag --trils; did you mean "--trials"?\nrun: unknown flag --sed; did you mean "--seed"?',
    ],
    [['list', 'x'], 'list: unexpected "x"'],
    [['run', '--', 'x'], 'run: unexpected x after --'],
    [['run', '--trials', '1', '--trials', '2'], 'run: --trials is given twice; give it once'],
    [['verify'], 'verify: Missing required argument: server; wirebench verify --help shows what it takes'],
    [
      ['run', '--server'],
      'run: Not enough arguments following: server; wirebench run --help shows what it takes',
    ],
    [['report', '--format', 'htm'], 'report: --format cannot be "htm"; did you mean "html"?'],
    [['run', '--trials'], '--trials needs a number, not ""'],
    [['run', '--trials', '0'], '--trials needs a whole number from 1 to 1000, not 0'],
    [['run', '--seed', '-1'], '--seed needs a whole number from 0 to 4294967295, not -1'],
    [['run', '--duration', '10'], '--duration needs a time with its unit, such as 10s or 500ms, not "10"'],
    [
      ['run', '--transports', 'sse,websoket'],
      '--transports: there is no transport "websoket"; did you mean "websocket"?',
    ],
    [['run', '--payload', '3'], '--payload: live-feed: workload.payloadBytes must be at least 32, not 3'],
    [
      ['run', 'chta'],
      'there is no scenario "chta"; did you mean "chat"? (a file ends in .json, .js, .mjs or .ts)',
    ],
    [['view', '--port', '70000'], '--port needs a whole number from 0 to 65535, not 70000'],
  ])('%j', async (argv, message) => {
    const lines = message.split('\n').map((line) => `wirebench: ${line}\n`);
    expect(await call(...argv)).toEqual({ exit: 2, out: '', err: lines.join('') });
  });
});

describe('a file or an address that cannot be used exits 2 in one line', () => {
  it.each([
    [['report', '/nowhere'], '/nowhere/results.json: there is no such file'],
    [['view', '/nowhere/old.json'], '/nowhere/old.json: there is no such file'],
    [['run', '--server', '/nowhere/server.json'], 'server file /nowhere/server.json: does not exist'],
    [['serve', '--host', '192.0.2.1'], 'cannot listen on 192.0.2.1'],
    [['run', '--out', '/dev/null/here'], 'cannot write /dev/null/here'],
  ])('%j', async (argv, message) => {
    const { exit, out, err } = await call(...argv);
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toMatch(/^wirebench: [^\n]+\n$/);
    expect(err).toContain(message);
  });
});

describe('what yargs answers itself', () => {
  it('--help lists every command, on stdout', async () => {
    const { exit, out, err } = await call('--help');
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    for (const { usage, summary } of COMMANDS)
      expect(out.replace(/\s+/g, ' ')).toContain(`wirebench ${usage} ${summary}`);
  });

  it.each([['--help'], ...COMMANDS.map(({ usage }) => [usage.split(' ')[0] ?? '', '--help'])])(
    '%s %s fits into 80 columns and has an example',
    async (...argv) => {
      const { exit, out } = await call(...argv.filter((word) => word !== ''));
      expect(exit).toBe(0);
      expect(out).toContain('Examples:');
      for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    },
  );

  it('--version is that of package.json', async () => {
    expect(await call('--version')).toMatchObject({
      exit: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  it('completion prints a script', async () => {
    const { exit, out } = await call('completion');
    expect(exit).toBe(0);
    expect(out).toContain('--get-yargs-completions');
  });

  it('completes the flags of a command', async () => {
    const { out } = await call('--get-yargs-completions', 'wirebench', 'run', '--');
    expect(out.split('\n')).toEqual(expect.arrayContaining(['--transports', '--dry-run', '--ceiling']));
  });
});

describe('an error that nobody expected', () => {
  const broken = { ...ROOMS, readSavedRun: () => Promise.reject(new Error('the moon is full')) };

  it('exits 1 in one line that says how to see more', async () => {
    const io = fakeIo();
    expect(await main(['report'], io, broken)).toBe(1);
    expect(io.err()).toBe('wirebench: internal error: the moon is full (WIREBENCH_DEBUG=1 shows where)\n');
  });

  it('shows its stack when asked', async () => {
    const io = fakeIo({ env: { WIREBENCH_DEBUG: '1' } });
    expect(await main(['report'], io, broken)).toBe(1);
    expect(io.err()).toMatch(/^wirebench: Error: the moon is full\nwirebench: {5}at .*main\.test/);
  });
});

describe('list', () => {
  it('prints each name with its questions', async () => {
    const { exit, out } = await call('list');
    expect(exit).toBe(0);
    expect(out).toMatch(/^live-feed {6}How stale/);
    expect(out.split('\n').filter((line) => /^one-shot|^ {15}What/.test(line))).toHaveLength(2);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('--json prints scenarios that are valid as they are', async () => {
    const { parseScenario } = await import('../scenarios/parse.ts');
    const { out } = await call('list', '--json');
    const scenarios: unknown[] = JSON.parse(out);
    expect(scenarios.map((scenario) => parseScenario(scenario, 'list').name)).toContain('one-shot-reuse');
  });
});
