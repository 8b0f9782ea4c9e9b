import { describe, expect, it } from 'vitest';
import { scenario } from '../testing/results.ts';
import { askedDifferences, askedHash } from './asked.ts';

const base = scenario();

describe('askedHash', () => {
  it.each([
    ['the name', { name: 'renamed' }],
    ['the question', { question: 'Another wording?' }],
    ['what is allowed', { allow: { lost: 3 } }],
    ["another transport's tuning", { tuning: { polling: { everyMs: 7 } } }],
  ])('does not depend on %s', (_, change) => {
    expect(askedHash(scenario(change), 'sse')).toBe(askedHash(base, 'sse'));
  });

  it.each([
    ['the connections', { connections: 101 }],
    ['the phases', { phases: { measureMs: 9_000 } }],
    ['TLS', { tls: true }],
    ['the headers', { headers: { Cookie: 'a=1' } }],
    ['the link', { link: { rttMs: 10 } }],
    ['the shards', { shards: 2 }],
  ])('depends on %s', (_, change) => {
    expect(askedHash(scenario(change), 'sse')).not.toBe(askedHash(base, 'sse'));
  });

  it("depends on the transport's own tuning, written out or not", () => {
    const other = scenario({ tuning: { polling: { everyMs: 7 } } });
    expect(askedHash(other, 'polling')).not.toBe(askedHash(base, 'polling'));
    const same = scenario({ tuning: { polling: { everyMs: 1_000 } } });
    expect(askedHash(same, 'polling')).toBe(askedHash(base, 'polling'));
  });

  it('does not depend on the order of keys', () => {
    const turned = Object.fromEntries(Object.entries(base).reverse()) as typeof base;
    expect(Object.keys(turned)).not.toEqual(Object.keys(base));
    expect(askedHash(turned, 'sse')).toBe(askedHash(base, 'sse'));
  });
});

describe('askedDifferences', () => {
  it('names the fields', () => {
    const other = scenario({ connections: 7, link: { rttMs: 10 }, phases: { measureMs: 9_000 } });
    const differences = askedDifferences(base, other, 'sse');
    expect(differences).toContain('connections 100 → 7');
    expect(differences).toContain('phases.measureMs 10000 → 9000');
    expect(differences).toContain('link null → nothing');
    expect(differences).toContain('link.rttMs nothing → 10');
    expect(askedDifferences(base, base, 'sse')).toEqual([]);
  });
});
