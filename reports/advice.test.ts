import { describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../scenarios/schema.ts';
import { noticesOf } from './advice.ts';
import type { Warning } from './results/schema.ts';
import { summarise } from './summary.ts';
import { completed, measurements, results, scenario, trial } from './testing/results.ts';

/** What is advised about a warning of an SSE trial of a live feed with these fields. */
function advice(code: Warning['code'], fields: Partial<ScenarioInput>): string | undefined {
  const outcome = completed(measurements(), [{ code, level: 'invalid', message: 'evidence' }]);
  const [summary] = summarise(results([trial({ scenario: scenario(fields), transport: 'sse', outcome })]));
  return summary?.arms.flatMap(noticesOf)[0]?.advice;
}

describe('the advice on connections that broke', () => {
  const verify = "run `wirebench verify` on the server's SSE";
  const cut = { events: [{ kind: 'cut', atMs: 100 }] } as const;

  it.each([
    [
      'the link cuts them and nobody comes back',
      { link: cut },
      'the link breaks connections and nobody comes back: set "reconnect" in the scenario',
    ],
    ['everybody comes back', { link: cut, reconnect: {} }, verify],
    ['the link only stalls', { link: { events: [{ kind: 'stall', atMs: 1, forMs: 1 }] } }, verify],
    ['there is no link', {}, verify],
  ] as const)('where %s', (_, fields, expected) => {
    expect(advice('faults', fields)).toBe(expected);
  });

  it('names what clients wait for when they were not back', () => {
    expect(advice('unrecovered', { link: cut, reconnect: {} })).toContain('"reconnect.upToMs"');
  });
});
