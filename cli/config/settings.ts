/**
 * What may be set elsewhere than by a flag: by an environment variable or in a config file. One table, so
 * that the order of precedence and the names are the same for all.
 */

/** The commands that take settings. */
export const CONFIGURED = ['run', 'check', 'calibrate', 'capacity'] as const;

/** One of {@link CONFIGURED}. */
export type Configured = (typeof CONFIGURED)[number];

/** A setting of a command. */
export interface Setting {
  /** The flag without dashes; `scenario` of `run` is its positional argument. */
  readonly flag: string;
  /** Where a config file has it, the first that it has; each as in `check.trials`. */
  readonly keys: readonly string[];
  readonly kind: 'text' | 'list' | 'switch';
  /** What it is when nobody says, in words. */
  readonly fallback: string;
  /** Where one of these is given by something that comes first, this one is not looked for. */
  readonly rivals: readonly string[];
  /** Whether two saved runs have no use for it. */
  readonly measuring: boolean;
}

type Rest = Partial<Pick<Setting, 'kind' | 'rivals' | 'measuring'>>;

function setting(flag: string, keys: readonly string[], fallback: string, rest: Rest = {}): Setting {
  return { flag, keys, fallback, kind: 'text', rivals: [], measuring: true, ...rest };
}

const list = { kind: 'list' } as const;
const onOff = { kind: 'switch' } as const;

const ALLOW_REMOTE = setting('allow-remote', ['allowRemote'], 'false', onOff);

const LOAD: readonly Setting[] = [
  setting('seed', ['seed'], 'random'),
  setting('connections', ['connections'], "the scenario's"),
  setting('rate', ['rate'], "the scenario's"),
  setting('payload', ['payload'], "the scenario's"),
  setting('duration', ['duration'], "the scenario's"),
  ALLOW_REMOTE,
];

const NETWORK: readonly Setting[] = [
  setting('rtt', ['rtt'], "the scenario's"),
  setting('kbps', ['kbps'], "the scenario's"),
  setting('tls', ['tls'], "the scenario's", onOff),
  setting('workers', ['workers'], 'as many as needed'),
];

/** What `check` measures, and what `calibrate` therefore does. */
const CHECKED = {
  scenario: setting('scenario', ['check.scenarios', 'scenarios'], 'steady', list),
  transports: setting('transports', ['check.transports', 'transports'], 'sse, websocket', list),
};

/** Every setting of every command, in the order in which they are shown. */
export const SETTINGS: Readonly<Record<Configured, readonly Setting[]>> = {
  run: [
    setting('scenario', ['scenarios'], 'the default comparison', list),
    setting('server', ['servers'], 'reference', list),
    setting('transports', ['transports'], 'all four', list),
    setting('trials', ['trials'], '3; 1 of the default comparison'),
    ...LOAD,
    ...NETWORK,
    setting('ceiling', ['ceiling'], 'true', onOff),
    setting('out', ['out'], 'results/<time>'),
    setting('history', ['history'], 'results/history.ndjson without out'),
  ],
  check: [
    CHECKED.scenario,
    setting('server', ['check.server'], 'none'),
    setting('base-ref', ['check.baseRef'], 'none', { rivals: ['base-server'] }),
    setting('build', ['check.build'], 'npm ci', { rivals: ['base-server'] }),
    setting('base-server', ['check.baseServer'], 'none', { rivals: ['base-ref'] }),
    setting('gate', ['check.gates', 'check.budgets'], 'the default gates', { ...list, measuring: false }),
    CHECKED.transports,
    setting('trials', ['check.trials'], 'at most 20'),
    ...LOAD,
    setting('fail-on-inconclusive', ['check.failOnInconclusive'], 'false', {
      ...onOff,
      measuring: false,
    }),
    setting('out', ['out'], 'results/<time>', { measuring: false }),
    setting('history', ['history'], 'results/history.ndjson without out'),
  ],
  calibrate: [
    CHECKED.scenario,
    setting('server', ['check.server'], 'reference'),
    CHECKED.transports,
    setting('trials', ['calibrate.trials'], '8'),
    ...LOAD,
  ],
  capacity: [
    setting('slo', ['capacity.slo'], 'none', list),
    setting('by', ['capacity.by'], 'rate'),
    setting('from', ['capacity.from'], "the scenario's"),
    setting('to', ['capacity.to'], 'what a scenario may have'),
    setting('precision', ['capacity.precision'], '5%'),
    setting('server', ['servers'], 'reference', list),
    setting('transports', ['transports'], 'all four', list),
    setting('seed', ['seed'], 'random'),
    // One of the two is searched for, and a step is no run: those of the other commands do not hold here.
    setting('connections', ['capacity.connections'], "the scenario's"),
    setting('rate', ['capacity.rate'], "the scenario's"),
    setting('payload', ['payload'], "the scenario's"),
    setting('duration', ['capacity.duration'], '5s'),
    ALLOW_REMOTE,
    ...NETWORK,
    setting('out', ['out'], 'results/<time>'),
  ],
};

/** The environment variable of a setting: `WIREBENCH_BASE_REF`. */
export function variableOf({ flag }: Setting): string {
  return `WIREBENCH_${flag.replaceAll('-', '_').toUpperCase()}`;
}

/** True for a command that takes settings. */
export function isConfigured(name: string): name is Configured {
  return CONFIGURED.some((configured) => configured === name);
}
