import { describe, expect, it, vi } from 'vitest';
import { PageCache } from './page-cache.ts';

describe('PageCache', () => {
  it('makes a page once, and one at a time', async () => {
    const cache = new PageCache();
    let making = 0;
    const make = vi.fn(async () => {
      making += 1;
      await new Promise(setImmediate);
      expect(making).toBe(1);
      making -= 1;
      return 'page';
    });
    await Promise.all([cache.get('a', make), cache.get('a', make), cache.get('b', make)]);
    expect(await cache.get('a', make)).toBe('page');
    expect(make).toHaveBeenCalledTimes(2);
  });

  it('keeps those that were asked for last', async () => {
    const cache = new PageCache(2);
    const make = vi.fn(async () => 'page');
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.get(key, make);
    // a, b, c, and b again, which c took the place of.
    expect(make).toHaveBeenCalledTimes(4);
  });

  it('tries again what could not be made, and goes on with the next', async () => {
    const cache = new PageCache();
    const failed = cache.get('a', () => Promise.reject(new Error('no')));
    const next = cache.get('b', async () => 'b');
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('b');
    expect(await cache.get('a', async () => 'a')).toBe('a');
  });
});
