import { describe, expect, it } from 'vitest';
import { exampleResults } from '../testing/example.ts';
import { ExtractError, embedCompressed, embedResults, extractResults } from './embedded-results.ts';

describe('embedded results', () => {
  it.each([
    ['text', Buffer.from('{"a": "</script><!--"}\n')],
    ['a byte order mark, CRLF and no end of line', Buffer.from('\ufeff{\r\n}')],
    ['what is no text', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
    ['nothing', Buffer.alloc(0)],
  ])('come back byte for byte: %s', (_, file) => {
    const page = `<p>&lt;script</p>${embedCompressed('other', 'x').html}${embedResults(file).html}<script>1</script>`;
    expect(extractResults(page).equals(file)).toBe(true);
  });

  it('are missed by name where there are none', () => {
    expect(() => extractResults('<p>a page</p>')).toThrow(ExtractError);
    expect(() => extractResults('<p>a page</p>')).toThrow('holds no results');
  });

  it('are refused when cut off or damaged', () => {
    const page = embedResults(Buffer.from(JSON.stringify(exampleResults(1).trials[0]))).html;
    expect(() => extractResults(page.slice(0, page.length / 2))).toThrow('damaged');
    // A letter in the middle: the checksum of what comes out tells.
    const middle = page.indexOf('>') + 20;
    const other = page[middle] === 'A' ? 'B' : 'A';
    expect(() => extractResults(page.slice(0, middle) + other + page.slice(middle + 1))).toThrow('damaged');
  });
});
