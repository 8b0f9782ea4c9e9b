import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BodyCollector } from './body-collector.ts';

function textOf({ bytes, start, end }: ReturnType<BodyCollector['take']>): string {
  return bytes.toString('latin1', start, end);
}

describe('BodyCollector', () => {
  it('passes a body in one piece on without copying it', () => {
    const readBuffer = Buffer.from('..body..');
    const collector = new BodyCollector();
    collector.add(readBuffer, 2, 6);
    expect(collector.length).toBe(4);
    const taken = collector.take();
    expect(taken.bytes).toBe(readBuffer);
    expect(textOf(taken)).toBe('body');
    expect(collector.length).toBe(0);
  });

  it('takes an empty body', () => {
    expect(textOf(new BodyCollector().take())).toBe('');
  });

  it('collects bodies one after the other from a read buffer that is used again', () => {
    // Each body in parts; before a part marked so, the read buffer has been overwritten.
    const part = fc.record({ text: fc.string({ maxLength: 10, unit: 'binary-ascii' }), anew: fc.boolean() });
    fc.assert(
      fc.property(fc.array(fc.array(part, { maxLength: 6 }), { maxLength: 4 }), (bodies) => {
        const readBuffer = Buffer.alloc(80);
        const collector = new BodyCollector();
        for (const parts of bodies) {
          let at = 0;
          for (const { text, anew } of parts) {
            if (anew) {
              collector.keep();
              readBuffer.fill('#');
              at = 0;
            }
            const end = at + readBuffer.write(text, at, 'latin1');
            collector.add(readBuffer, at, end);
            at = end + 1;
          }
          const whole = parts.map(({ text }) => text).join('');
          expect(collector.length).toBe(whole.length);
          expect(textOf(collector.take())).toBe(whole);
          expect(collector.length).toBe(0);
        }
      }),
    );
  });
});
