import { z } from 'zod';
import { parseObjective } from '../../reports/objectives.ts';
import { LOAD_KINDS } from '../../reports/results/capacity.ts';
import { explainerOf } from '../../scenarios/explain.ts';
import { inputJsonSchema } from '../../scenarios/json-schema.ts';
import { TRANSPORTS } from '../../servers/contract.ts';
import { UsageError } from '../exit.ts';

/** What a config file may say. Flags and environment say the same and come first. */

const words = z.array(z.string().min(1)).min(1);
const time = z
  .string()
  .regex(/^\d+(?:\.\d+)?(?:ms|s|m|h)$/, 'must be a time with its unit, such as "10s" or "500ms"');
const trials = z.int().min(1).max(1_000);

/** An objective whose bound is of this kind. */
function objective(kind: 'absolute' | 'relative', otherwise: string) {
  return z.string().superRefine((text, context) => {
    try {
      if (parseObjective(text).bound.kind === kind) return;
      context.addIssue({ code: 'custom', message: otherwise });
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    }
  });
}

const check = z
  .strictObject({
    server: z.string().min(1).optional().describe('The candidate: a server file, or an origin.'),
    baseRef: z.string().min(1).optional().describe('The baseline: the same server file in another commit.'),
    baseServer: z.string().min(1).optional().describe('The baseline: another server.'),
    build: z
      .string()
      .optional()
      .describe('Shell command that builds the commit of baseRef; an empty one for no build.'),
    scenarios: words.optional().describe('Built-in names or files, instead of those of run.'),
    transports: z.array(z.enum(TRANSPORTS)).min(1).optional().describe('Instead of those of run.'),
    trials: trials.optional().describe('Most trials of each side.'),
    gates: z
      .array(
        objective('relative', 'is no change against the baseline, such as "+20%"; it belongs into budgets'),
      )
      .min(1)
      .optional()
      .describe('Instead of the default gates, such as "sse latency.p99 <= +20%".'),
    budgets: z
      .array(objective('absolute', 'is a change against the baseline; it belongs into gates'))
      .min(1)
      .optional()
      .describe('What must hold whatever the baseline is, such as "websocket latency.p99 <= 50ms".'),
    failOnInconclusive: z.boolean().optional().describe('End with 21 where check cannot tell.'),
  })
  .describe('What check does.');

const calibrate = z
  .strictObject({ trials: trials.min(2).optional().describe('Blocks of both sides.') })
  .describe('What calibrate does; the rest is as in check.');

const capacity = z
  .strictObject({
    slo: z
      .array(objective('absolute', 'is a change, and there is no baseline; give an amount'))
      .min(1)
      .optional()
      .describe('What a step has to meet, such as "latency.p99 <= 100ms".'),
    by: z.enum(LOAD_KINDS).optional().describe('What is turned up.'),
    from: z.number().positive().optional().describe('Lowest load, and the first.'),
    to: z.number().positive().optional().describe('Highest load.'),
    precision: z
      .string()
      .regex(/^\d+(?:\.\d+)?%$/, 'must be per cent, such as "5%"')
      .optional()
      .describe('How close to come to the capacity.'),
    connections: z.int().min(1).optional().describe('Clients, where the rate is turned up.'),
    rate: z
      .number()
      .positive()
      .optional()
      .describe('Messages per second of each source, where the clients are.'),
    duration: time.optional().describe('Least length of a step.'),
  })
  .describe('What capacity does.');

/** The schema of a config file. It has no defaults: what is left out is not set. */
export const configSchema = z
  .strictObject({
    $schema: z.string().optional().describe('Where an editor finds this schema; ignored.'),
    scenarios: words.optional().describe('Built-in names, or files.'),
    servers: words.optional().describe('Names, server files or origins.'),
    transports: z.array(z.enum(TRANSPORTS)).min(1).optional(),
    trials: trials.optional().describe('Trials of each scenario on each transport, in run.'),
    seed: z.int().min(0).max(0xffff_ffff).optional().describe('Seed of the order and of all due times.'),
    connections: z.int().min(1).optional().describe('Clients, instead of what the scenario says.'),
    rate: z.number().positive().optional().describe('Messages per second of each source.'),
    payload: z.int().min(1).optional().describe('Bytes of a message.'),
    duration: time.optional().describe('Length of the measuring phase, as in "10s".'),
    rtt: time.optional().describe('Round-trip time of a network in between, as in "50ms".'),
    kbps: z.number().positive().optional().describe("Kilobits per second of each client's line."),
    tls: z.boolean().optional().describe('Over TLS.'),
    workers: z.int().min(1).max(64).optional().describe('Generator processes.'),
    ceiling: z.boolean().optional().describe('First ask how many requests a server can answer.'),
    out: z.string().min(1).optional().describe('Folder for the results.'),
    history: z.string().min(1).optional().describe('File to add every run to.'),
    allowRemote: z.boolean().optional().describe('Let the load leave this machine.'),
    check: check.optional(),
    calibrate: calibrate.optional(),
    capacity: capacity.optional(),
  })
  .describe('Settings of wirebench; flags and environment variables come first.');

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** What a config file says. */
export type Config = DeepReadonly<z.output<typeof configSchema>>;

const explain = explainerOf(configSchema);

/**
 * Checks what a config file says.
 *
 * @param file what to call it in errors.
 * @throws UsageError with a line for every problem.
 */
export function parseConfig(value: unknown, file: string): Config {
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = explain(parsed.error, value);
  throw new UsageError(
    problems.map(({ field, message }) => [`${file}:`, field, message].filter(Boolean).join(' ')).join('\n'),
  );
}

/** What is wrong with a value, in a line, and whether it is that it is a text, or a number. */
export interface ValueProblem {
  readonly message: string;
  readonly isOfKind: boolean;
}

/** Why a config file could not have a value at a key such as `check.trials`; `null` if it could. */
export function valueProblem(key: string, value: unknown): ValueProblem | null {
  const config = key.split('.').reduceRight((inner, name) => ({ [name]: inner }), value);
  const parsed = configSchema.safeParse(config);
  if (parsed.success) return null;
  return {
    message: explain(parsed.error, config)[0]?.message ?? 'cannot be',
    isOfKind: parsed.error.issues[0]?.code === 'invalid_type',
  };
}

/** The text of the published `cli/config/config.schema.json`, which `npm run schema` writes. */
export function configSchemaFile(): string {
  return `${JSON.stringify(inputJsonSchema(configSchema), null, 2)}\n`;
}
