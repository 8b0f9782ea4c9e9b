import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calibrate } from '../commands/calibrate.ts';
import { capacity } from '../commands/capacity.ts';
import { check } from '../commands/check.ts';
import { run } from '../commands/run.ts';
import { main } from '../main.ts';
import { fakeIo } from '../testing/fake-io.ts';
import { resolveSettings } from './resolve.ts';
import { configSchemaFile, parseConfig } from './schema.ts';
import { SETTINGS } from './settings.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

async function call(argv: readonly string[], env: Record<string, string> = {}) {
  const io = fakeIo({ cwd: folder, env });
  const exit = await main(argv, io);
  return { exit, out: io.out(), err: io.err() };
}

/** How many trials of which transports `run` would make. */
async function planned(flags: readonly string[], env: Record<string, string> = {}) {
  const { exit, out, err } = await call(['run', '--dry-run', '--json', ...flags], env);
  if (exit !== 0) return err;
  const trials: { scenario: string; transport: string }[] = JSON.parse(out).trials;
  return [...new Set(trials.map(({ scenario, transport }) => `${scenario} ${transport}`)), trials.length];
}

describe('config.schema.json', () => {
  it('is what the schema says; otherwise run `npm run schema`', () => {
    const published = readFileSync(
      new URL('../../../cli/config/config.schema.json', import.meta.url),
      'utf8',
    );
    expect(published).toBe(configSchemaFile());
  });
});

describe('the table of settings', () => {
  it('names flags that the commands have, and keys that a file may have', () => {
    for (const { flag } of SETTINGS.run) expect([...Object.keys(run.flags), 'scenario']).toContain(flag);
    for (const { flag } of SETTINGS.check) expect(Object.keys(check.flags)).toContain(flag);
    for (const { flag } of SETTINGS.calibrate) expect(Object.keys(calibrate.flags)).toContain(flag);
    for (const { flag } of SETTINGS.capacity) expect(Object.keys(capacity.flags)).toContain(flag);
    const { properties } = JSON.parse(configSchemaFile());
    const sections = ['check', 'calibrate', 'capacity'];
    const known = [
      ...Object.keys(properties),
      ...sections.flatMap((name) => Object.keys(properties[name].properties).map((key) => `${name}.${key}`)),
    ];
    const used = Object.values(SETTINGS).flatMap((settings) => settings.flatMap(({ keys }) => keys));
    expect(known.filter((key) => !['$schema', ...sections].includes(key)).sort()).toEqual(
      [...new Set(used)].sort(),
    );
  });
});

describe('precedence', () => {
  it('is flag, environment, file, default', async () => {
    expect(await planned(['chat'])).toHaveLength(5);
    write('wirebench.config.json', '{"scenarios":["chat"],"transports":["sse"],"trials":4}');
    expect(await planned([])).toEqual(['chat sse', 4]);
    const env = { WIREBENCH_TRIALS: '2', WIREBENCH_TRANSPORTS: 'polling,websocket' };
    expect(await planned([], env)).toEqual(expect.arrayContaining(['chat polling', 'chat websocket', 4]));
    expect(await planned(['game', '--trials', '1'], env)).toEqual(
      expect.arrayContaining(['game polling', 'game websocket', 2]),
    );
    expect(await planned(['--trials', '1', '--transports', 'sse'], env)).toEqual(['chat sse', 1]);
  });

  it('takes an empty variable for none, as workflows set them', async () => {
    write('wirebench.config.json', '{"scenarios":["chat"],"transports":["sse"],"trials":4}');
    expect(await planned([], { WIREBENCH_TRIALS: '' })).toEqual(['chat sse', 4]);
  });

  it('lets a baseline that is typed replace another kind of baseline in the file', () => {
    const file = {
      file: 'f.json',
      folder,
      config: { check: { baseRef: 'main', build: 'make', gates: ['sse latency.p50 <= +5%'] } },
    };
    const sources = { flags: { 'base-server': 'old.json' }, env: {}, file, cwd: folder };
    const settingOf = (flag: string, saved = false) =>
      resolveSettings('check', sources, saved).find(({ setting }) => setting.flag === flag)?.value;
    expect(['base-server', 'base-ref', 'build'].map((flag) => settingOf(flag))).toEqual([
      'old.json',
      undefined,
      undefined,
    ]);
    expect(settingOf('gate')).toEqual(['sse latency.p50 <= +5%']);
  });

  it('keeps what says how to measure away from two saved runs', () => {
    const file = { file: 'f.json', folder, config: { check: { trials: 7, budgets: ['latency.p99 <= 1s'] } } };
    const resolved = resolveSettings('check', { flags: {}, env: {}, file, cwd: folder }, true);
    const set = resolved.filter(({ value }) => value !== undefined).map(({ setting }) => setting.flag);
    expect(set).toEqual(['gate']);
  });
});

describe('capacity and calibrate', () => {
  const searches = async (argv: readonly string[], env: Record<string, string> = {}) => {
    const { exit, out, err } = await call(['capacity', 'live-feed', '--dry-run', '--json', ...argv], env);
    return exit === 0 ? JSON.parse(out).searches : err;
  };

  it('take flags, environment and file in this order', async () => {
    const settings = { slo: ['latency.p99 <= 100ms'], by: 'connections', from: 10, to: 40 };
    write(
      'wirebench.config.json',
      JSON.stringify({ transports: ['sse'], connections: 3, capacity: settings }),
    );
    expect(await searches([])).toMatchObject([
      { transport: 'sse', by: 'connections', range: { from: 10, to: 40 } },
    ]);
    expect(await searches([], { WIREBENCH_TO: '30' })).toMatchObject([{ range: { from: 10, to: 30 } }]);
    expect(await searches(['--to', '20'], { WIREBENCH_TO: '30' })).toMatchObject([{ range: { to: 20 } }]);
    expect(await searches([], { WIREBENCH_BY: 'clients' })).toBe(
      'wirebench: WIREBENCH_BY: "clients" is no load; use one of rate, connections\n',
    );
  });

  it('calibrate what check measures', async () => {
    write(
      'wirebench.config.json',
      '{"duration":"2s","check":{"server":"none.json","transports":["sse"]},"calibrate":{"trials":3}}',
    );
    expect((await call(['calibrate'])).err).toContain('none.json: does not exist');
    const { err } = await call(['calibrate', '--server', 'reference'], { WIREBENCH_DURATION: '2' });
    expect(err).toContain('WIREBENCH_DURATION needs a time with its unit');
  });
});

describe('a config file', () => {
  const GOOD = '{ scenarios: ["chat"], transports: ["sse"], trials: 2 }';
  it.each(['mjs', 'js'])('may be a module: .%s', async (extension) => {
    write('package.json', '{"type":"module"}');
    write(`wirebench.config.${extension}`, `export default ${GOOD};`);
    expect(await planned([])).toEqual(['chat sse', 2]);
  });

  it('may be TypeScript where Node takes it; elsewhere it is said which does', async () => {
    write('wirebench.config.ts', `const config: object = ${GOOD}; export default config;`);
    const typescript = 'typescript' in process.features && Boolean(process.features.typescript);
    expect(await planned([])).toEqual(
      typescript
        ? ['chat sse', 2]
        : `wirebench: wirebench.config.ts: Node ${process.version} cannot load TypeScript; use Node 22.18 or later, or a .mjs file\n`,
    );
  });

  it('is found in this folder only, or where --config says; its paths start from it', async () => {
    mkdirSync(join(folder, 'ci'));
    const scenario = { name: 'mine', question: 'q', workload: { kind: 'idle' }, connections: 1 };
    write('ci/mine.json', JSON.stringify(scenario));
    write('ci/wirebench.config.json', '{"scenarios":["./mine.json"],"transports":["sse"],"trials":1}');
    expect(await planned(['chat', '--transports', 'sse'])).toEqual(['chat sse', 3]);
    expect(await planned(['--config', 'ci/wirebench.config.json'])).toEqual(['mine sse', 1]);
  });

  it.each([
    ['{"trails":2}', 'trails is not a known key; did you mean "trials"?'],
    ['{"trials":0}', 'trials must be at least 1, not 0'],
    ['{"transports":["ws"]}', 'transports[0] cannot be "ws"; did you mean'],
    ['{"capacity":{"slos":[]}}', 'capacity.slos is not a known key; did you mean "slo"?'],
    ['{"capacity":{"slo":["latency.p99 <= +1%"]}}', 'capacity.slo[0] is a change, and there is no baseline'],
    ['{"calibrate":{"trials":1}}', 'calibrate.trials must be at least 2, not 1'],
    ['{"check":{"gate":[]}}', 'check.gate is not a known key; did you mean "gates"?'],
    ['{"check":{"gates":["latency.p9 <= +1%"]}}', 'check.gates[0] "latency.p9 <= +1%": there is no metric'],
    ['{"check":{"gates":["latency.p99 <= 1s"]}}', 'check.gates[0] is no change against the baseline'],
    ['{"check":{"budgets":["latency.p99 <= +1%"]}}', 'check.budgets[0] is a change against the baseline'],
    ['{"trials":', 'cannot be loaded: '],
    ['[]', 'must be an object, not a list'],
  ])('as JSON is refused in one line: %s', async (text, message) => {
    write('wirebench.config.json', text);
    const error = await planned([]);
    expect(error).toContain(`wirebench: wirebench.config.json: ${message}`);
    expect(String(error).trimEnd().split('\n')).toHaveLength(1);
  });

  it.each([
    ['throw new Error("odd");', 'cannot be loaded: odd'],
    ['export default {', 'cannot be loaded: '],
    ['export const config = {};', 'has no default export; write "export default'],
  ])('as a module is refused in one line: %s', async (text, message) => {
    write('wirebench.config.mjs', text);
    const { exit, err } = await call(['run', '--dry-run']);
    expect(exit).toBe(2);
    expect(err).toContain(`wirebench: wirebench.config.mjs: ${message}`);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  it('cannot be two', async () => {
    write('wirebench.config.json', '{}');
    write('wirebench.config.mjs', 'export default {};');
    expect(await call(['run', '--dry-run'])).toMatchObject({
      exit: 2,
      err: 'wirebench: wirebench.config.json and wirebench.config.mjs: only one can count; remove the others, or name it with --config\n',
    });
  });

  it('that is named must be there', async () => {
    expect(await planned(['--config', 'absent.json'])).toBe(
      'wirebench: absent.json: there is no such file\n',
    );
  });
});

describe('a message about a value', () => {
  it.each([
    [{ WIREBENCH_TRIALS: 'x' }, 'wirebench: WIREBENCH_TRIALS needs a number, not "x"\n'],
    [{ WIREBENCH_TLS: 'yes' }, 'wirebench: WIREBENCH_TLS must be true or false, not "yes"\n'],
  ])('names the variable that set it: %j', async (env, message) => {
    expect(await planned(['chat'], env)).toBe(message);
  });

  it('names the file and key that set it', async () => {
    write('wirebench.config.json', '{"servers":["nowhere"]}');
    expect(await planned(['chat'])).toContain('wirebench: wirebench.config.json (servers) nowhere: ');
  });
});

describe('config', () => {
  it('says of each value where it comes from', async () => {
    write('wirebench.config.json', '{"trials":4,"check":{"budgets":["latency.p99 <= 1s"]}}');
    const { exit, out } = await call(['config', '--print'], { WIREBENCH_RATE: '7' });
    expect(exit).toBe(0);
    expect(out).toMatch(/^ {2}trials +4 · wirebench\.config\.json \(trials\)$/m);
    expect(out).toMatch(/^ {2}rate +7 · WIREBENCH_RATE$/m);
    expect(out).toMatch(/^ {2}gate +latency\.p99 <= 1s · wirebench\.config\.json\s+\(check\.budgets\)$/m);
    expect(out).toMatch(/^ {2}seed +random · default$/m);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('takes the flags of the commands, and says so of what they set', async () => {
    write('wirebench.config.json', '{"trials":4,"calibrate":{"trials":12},"capacity":{"by":"connections"}}');
    const { exit, out } = await call(['config', '--print', '--seed', '7', '--transports', 'sse', '--no-tls']);
    expect(exit).toBe(0);
    expect(out.match(/^ {2}seed +7 · --seed$/gm)).toHaveLength(4);
    expect(out.match(/^ {2}transports +sse · --transports$/gm)).toHaveLength(4);
    expect(out).toMatch(/^ {2}tls +false · --tls$/m);
    expect(out).toMatch(/^ {2}trials +12 · wirebench\.config\.json \(calibrate\.trials\)$/m);
    expect(out).toMatch(/^ {2}by +connections · wirebench\.config\.json \(capacity\.by\)$/m);
    expect(await call(['config', '--print', '--sed', '7'])).toMatchObject({
      exit: 2,
      err: 'wirebench: config: unknown flag --sed; did you mean "--seed"?\n',
    });
    expect((await call(['config', '--help'])).out).not.toContain('--seed');
  });

  it.each([
    [{ WIREBENCH_TRIALS: 'abc' }, 'WIREBENCH_TRIALS must be a number, not "abc"'],
    [{ WIREBENCH_TRIALS: '0' }, 'WIREBENCH_TRIALS must be at least 1, not 0'],
    [
      { WIREBENCH_DURATION: '10' },
      'WIREBENCH_DURATION must be a time with its unit, such as "10s" or "500ms"',
    ],
    [{ WIREBENCH_TRANSPORTS: 'sse,pigeon' }, 'WIREBENCH_TRANSPORTS cannot be "pigeon"; use one of'],
    [{ WIREBENCH_GATE: 'latency.p98 <= 1s' }, 'WIREBENCH_GATE'],
    [{ WIREBENCH_TLS: 'yes' }, 'WIREBENCH_TLS must be true or false, not "yes"'],
  ])('refuses what no command would take: %j', async (env, message) => {
    const { exit, out, err } = await call(['config', '--print'], env);
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toContain(`wirebench: ${message}`);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  it('takes whatever one of the commands would', async () => {
    const env = {
      WIREBENCH_TRIALS: '1',
      WIREBENCH_RATE: '0.5',
      WIREBENCH_TRANSPORTS: 'sse,websocket',
      WIREBENCH_GATE: 'latency.p99 <= +20%,latency.p99 <= 1s',
      WIREBENCH_OUT: '5',
      WIREBENCH_TLS: '1',
      WIREBENCH_SLO: 'latency.p99<=20ms',
      WIREBENCH_PRECISION: '5%',
    };
    expect(await call(['config', '--print'], env)).toMatchObject({ exit: 0, err: '' });
    expect((await call(['config', '--print', '--transports', 'sse,websocket'])).exit).toBe(0);
    expect((await call(['config', '--print', '--trials', 'x'])).err).toBe(
      'wirebench: --trials must be a number, not "x"\n',
    );
  });

  it('takes an empty build for none, as check does, and shows that it is empty', async () => {
    const built = async (argv: readonly string[], env: Record<string, string> = {}) =>
      /^ {2}build +(.*)$/m.exec((await call(['config', ...argv], env)).out)?.[1];
    expect(await built(['--build', ''])).toBe("'' · --build");
    expect(await built([], { WIREBENCH_BUILD: '' })).toBe('npm ci · default');
    write('wirebench.config.json', '{"check":{"build":""}}');
    expect(await built([])).toBe("'' · wirebench.config.json (check.build)");
    expect(await built(['--build', 'make'])).toBe('make · --build');
  });

  it('also as JSON', async () => {
    const { out } = await call(['config', '--json'], { WIREBENCH_RATE: '7' });
    const { file, commands } = JSON.parse(out);
    expect(file).toBeNull();
    expect(commands[0].settings).toContainEqual({
      flag: 'rate',
      value: '7',
      fallback: "the scenario's",
      origin: { kind: 'env', name: 'WIREBENCH_RATE' },
      from: 'WIREBENCH_RATE',
    });
  });
});

describe('parseConfig', () => {
  it('takes what the schema is for', () => {
    expect(() =>
      parseConfig(
        { check: { gates: ['sse bytes.perMessage <= +1%'], budgets: ['websocket latency.p99 <= 50ms'] } },
        'f',
      ),
    ).not.toThrow();
  });
});
