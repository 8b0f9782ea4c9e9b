/**
 * What may be set elsewhere than by a flag: by an environment variable or in a config file. One table, so
 * that the order of precedence and the names are the same for all.
 */

/** The commands that take settings. */
export const CONFIGURED = ['run', 'check'] as const;

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

const LOAD: readonly Setting[] = [
  setting('seed', ['seed'], 'random'),
  setting('connections', ['connections'], "the scenario's"),
  setting('rate', ['rate'], "the scenario's"),
  setting('payload', ['payload'], "the scenario's"),
  setting('duration', ['duration'], "the scenario's"),
  setting('allow-remote', ['allowRemote'], 'false', onOff),
];

/** Every setting of every command, in the order in which they are shown. */
export const SETTINGS: Readonly<Record<Configured, readonly Setting[]>> = {
  run: [
    setting('scenario', ['scenarios'], 'the default comparison', list),
    setting('server', ['servers'], 'reference', list),
    setting('transports', ['transports'], 'all four', list),
    setting('trials', ['trials'], '3; 1 of the default comparison'),
    ...LOAD,
    setting('rtt', ['rtt'], "the scenario's"),
    setting('kbps', ['kbps'], "the scenario's"),
    setting('tls', ['tls'], "the scenario's", onOff),
    setting('workers', ['workers'], 'as many as needed'),
    setting('ceiling', ['ceiling'], 'true', onOff),
    setting('out', ['out'], 'results/<time>'),
    setting('history', ['history'], 'results/history.ndjson without out'),
  ],
  check: [
    setting('scenario', ['check.scenarios', 'scenarios'], 'steady', list),
    setting('server', ['check.server'], 'none'),
    setting('base-ref', ['check.baseRef'], 'none', { rivals: ['base-server'] }),
    setting('build', ['check.build'], 'npm ci', { rivals: ['base-server'] }),
    setting('base-server', ['check.baseServer'], 'none', { rivals: ['base-ref'] }),
    setting('gate', ['check.gates', 'check.budgets'], 'the default gates', { ...list, measuring: false }),
    setting('transports', ['check.transports', 'transports'], 'sse, websocket', list),
    setting('trials', ['check.trials'], 'at most 20'),
    ...LOAD,
    setting('fail-on-inconclusive', ['check.failOnInconclusive'], 'false', {
      ...onOff,
      measuring: false,
    }),
    setting('out', ['out'], 'results/<time>', { measuring: false }),
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
