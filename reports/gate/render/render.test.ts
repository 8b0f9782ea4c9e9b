import { describe, expect, it } from 'vitest';
import { parseObjective } from '../../objectives.ts';
import { results } from '../../testing/results.ts';
import { answerOf, decide, type GateResult } from '../decide.ts';
import { defaultGate, gateOf } from '../gate.ts';
import { renderVerdictJson, type Verdict } from '../verdict.ts';
import { renderVerdictAnnotations } from './annotations.ts';
import { renderVerdictJunit } from './junit.ts';
import { COMMENT_MARKER, renderVerdictMarkdown } from './markdown.ts';
import { renderVerdictText } from './text.ts';

const ARM = { scenario: 'check', transport: 'sse' } as const;
const HOSTILE = '</script>|<img src=x>\u001b[31m\u0007\n::error::gotcha%0A`"&\ud800 --> \u202e';

const baseline = Array.from({ length: 10 }, (_, block) => 10_000 + 300 * ((block * 7) % 5));
const times = (factor: number) => baseline.map((value, block) => value * factor * (1 + (block % 3) / 50));
const bytes = { baseline: baseline.map(() => 212), candidate: baseline.map(() => 223) };

const GATES = decide(
  [
    { gate: defaultGate('latency.p50', ARM), baseline, candidate: times(1.3) },
    { gate: defaultGate('latency.p99', ARM), baseline, candidate: times(1) },
    { gate: defaultGate('server.cpuUsPerMessage', ARM), baseline, candidate: times(1.075) },
    { gate: defaultGate('bytes.perMessage', ARM), ...bytes },
    { gate: gateOf(parseObjective('latency.p50 <= 5ms'), ARM), baseline: [], candidate: times(1) },
    { gate: defaultGate('generator.rssBytesPerConnection', ARM), baseline, candidate: times(0.5) },
    { kind: 'unevaluated', gate: defaultGate('latency.p999', ARM), reason: 'it takes 100,000 samples' },
  ],
  0.05 / 3,
);

function verdict(gates: readonly GateResult[] = GATES, overrides: Partial<Verdict> = {}): Verdict {
  const { tool, environment } = results([]);
  const problems = overrides.problems ?? [];
  return {
    answer: answerOf(gates, problems),
    gates,
    problems,
    notes: [],
    tool,
    environment,
    startedAt: '2026-01-02T03:04:05.678Z',
    baseline: 'reference at main (1a2b3c4)',
    candidate: 'reference',
    seed: 42,
    blocks: 10,
    looks: [10, 15, 20],
    repeated: [],
    ...overrides,
  };
}

const evaluated = GATES.filter(({ kind }) => kind !== 'unevaluated');
const HURT = verdict(evaluated);
const EMPTY = verdict([], { problems: [HOSTILE] });
const MANY = verdict(Array.from({ length: 200 }, () => evaluated).flat());

describe('as text', () => {
  it('has effect, interval, margin and answer of each gate, and what would tell', () => {
    expect(renderVerdictText(HURT)).toBe(`\
reference against reference at main (1a2b3c4)

check · sse                   effect       97 % interval    allowed
latency.p50                  +32.6 %    +30 % to +33.9 %   <= +10 %    regressed
latency.p99                     +2 %         0 % to +3 %   <= +20 %         pass
server.cpuUsPerMessage        +9.6 %   +7.5 % to +10.7 %   <= +10 % inconclusive
  → about 315 blocks would tell, 305 more: measure both sides with --trials 315
bytes.perMessage              +5.2 %               exact    <= +1 %    regressed
latency.p50                  10.8 ms  10.3 ms to 11.2 ms    <= 5 ms    regressed
generator.rssBytesPerConn…     -49 %    -50 % to -48.5 %   <= +10 %         pass

regressed: check · sse · latency.p50, check · sse · bytes.perMessage and check ·
sse · latency.p50 <= 5 ms after 10 blocks
`);
  });

  it.each([
    ['a whole one', verdict()],
    ['one of nothing', EMPTY],
    ['hostile names', verdict(GATES, { baseline: HOSTILE.repeat(9), candidate: HOSTILE })],
  ])('fits 80 columns and moves no cursor: %s', (_, given) => {
    const text = renderVerdictText(given);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});

describe('as Markdown', () => {
  it('has the marker, the answer, and first what to look at', () => {
    const text = renderVerdictMarkdown(HURT);
    expect(text.startsWith(`${COMMENT_MARKER}\n## wirebench check: regressed\n`)).toBe(true);
    const answers = [...text.matchAll(/(?:✅|❌|❔) (\w+)/g)].map(([, answer]) => answer);
    expect(answers).toEqual(['regressed', 'regressed', 'regressed', 'inconclusive', 'pass', 'pass']);
  });

  it('stays below what GitHub takes, and says that it was cut', () => {
    const text = renderVerdictMarkdown(MANY);
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text.length).toBeGreaterThan(60_000);
    expect(text).toContain('cut here');
    expect(renderVerdictMarkdown(HURT)).not.toContain('cut here');
  });

  it('shows hostile text as text', () => {
    const text = renderVerdictMarkdown(
      verdict(GATES, { problems: [HOSTILE], candidate: HOSTILE, baseline: HOSTILE }),
    );
    expect(text).not.toMatch(/<(?!!-- wirebench check -->)/);
    expect(text.split('\n').filter((line) => line.startsWith('::'))).toEqual([]);
  });
});

describe('as JUnit', () => {
  it('fails, errs and skips by what was found', () => {
    const xml = renderVerdictJunit(verdict(GATES, { problems: ['frames were lost'] }));
    expect(xml).toContain(
      '<testsuites name="wirebench check" tests="8" failures="3" errors="2" skipped="1">',
    );
    expect(xml).toContain('name="latency.p50 &lt;= +10 %"><failure message=');
    expect(xml).toContain('name="server.cpuUsPerMessage &lt;= +10 %"><skipped message=');
    expect(xml).toContain('name="frames were lost"><error message="frames were lost" type="invalid"/>');
    expect(xml).toContain('name="latency.p99 &lt;= +20 %"/>');
  });

  it('is never green of nothing', () => {
    expect(renderVerdictJunit(verdict([], { problems: ['no gate was evaluated'] }))).toContain('errors="1"');
  });

  it('is well-formed whatever it says', () => {
    const xml = renderVerdictJunit(EMPTY);
    expect(xml.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}]/u);
    // Nothing but tags, attributes in quotes, and entities.
    const rest = xml.replaceAll(
      /<\??\/?[a-z]+(?: [a-z]+="[^"<&]*(?:&(?:amp|lt|gt|quot);[^"<&]*)*")*\s*[/?]?>/gi,
      '',
    );
    expect(rest.trim()).toBe('');
  });
});

describe('as annotations', () => {
  it('has an error for each regression and a warning for what cannot be told', () => {
    const lines = renderVerdictAnnotations(HURT).trim().split('\n');
    expect(lines.map((line) => line.split(' title=', 1).join(''))).toEqual([
      '::error',
      '::error',
      '::error',
      '::warning',
    ]);
    expect(lines[0]).toMatch(/^::error title=check · sse · latency.p50::.* regressed: \+32.6 %25 /);
  });

  it('has a notice where all is well', () => {
    const passed = evaluated.filter((each) => each.kind !== 'unevaluated' && each.answer === 'pass');
    expect(renderVerdictAnnotations(verdict(passed))).toMatch(
      /^::notice title=wirebench check::pass: 2 gates/,
    );
  });

  it('keeps to one command a line, whatever it says, and to as many as GitHub shows', () => {
    const lines = renderVerdictAnnotations(EMPTY).trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('%0A::error::gotcha%250A');
    const many = renderVerdictAnnotations(MANY).trim().split('\n');
    expect(many.filter((line) => line.startsWith('::error'))).toHaveLength(10);
    expect(many.filter((line) => line.startsWith('::warning'))).toHaveLength(10);
    expect(many[9]).toContain('and 591 more');
  });
});

it('a block that was measured again is told in every format, as text', () => {
  const given = verdict(evaluated, { repeated: [{ block: 3, reasons: [HOSTILE, 'late'] }] });
  const formats = [
    renderVerdictText(given),
    renderVerdictMarkdown(given),
    renderVerdictJunit(given),
    renderVerdictAnnotations(given),
  ];
  for (const text of formats) expect(text).toContain('Block 4 was measured again');
  const [, markdown = '', junit = '', annotations = ''] = formats;
  expect(markdown).not.toMatch(/<(?!!-- wirebench check -->)/);
  expect(junit).toMatch(/<system-out>[^<]*<\/system-out>/);
  expect(annotations.split('\n').at(-2)).toMatch(/^::notice title=wirebench check::Block 4 /);
});

describe('as JSON', () => {
  it('can be decided again from what it holds', () => {
    const json = JSON.parse(renderVerdictJson(HURT));
    expect(json).toMatchObject({
      schema: 'wirebench/verdict@1',
      answer: 'regressed',
      seed: 42,
      looks: [10, 15, 20],
      errorLevel: 0.05,
    });
    expect(decide(json.gates, json.levelPerLook)).toEqual(
      evaluated.map((result) => expect.objectContaining({ kind: result.kind })),
    );
    expect(json.gates[0]).toMatchObject({
      name: 'check · sse · latency.p50',
      unit: 'µs',
      answer: 'regressed',
      pWorse: 2 ** -10,
      differences: expect.arrayContaining([expect.closeTo(Math.log(1.3))]),
      interval: { low: expect.any(Number), high: expect.any(Number) },
      baseline,
    });
  });
});
