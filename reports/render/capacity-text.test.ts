import { expect, it } from 'vitest';
import { search } from '../testing/searches.ts';
import { TEXT_WIDTH } from '../wrap.ts';
import { capacityBlock } from './capacity-text.ts';

const headOf = (...objectives: string[]) => {
  const [, table = ''] = capacityBlock({ ...search('sse'), by: 'connections', objectives }).split('\n\n');
  for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(TEXT_WIDTH);
  return table.split('\n')[0]?.trim().split(/ +/).slice(3);
};

it.each([
  [
    ['connect.p99<=1s', 'connections.failed<=0'],
    ['connect.p99', 'connections.failed'],
  ],
  [
    ['connections.failed<=0', 'connect.p99<=1s'],
    ['connections.failed', 'connect.p99'],
  ],
  [['generator.rssBytesPerConnection<=1MB'], ['generator.rssBytesPerConnection']],
  // No room for both.
  [
    ['connections.established<=5', 'bytes.overheadPerMessage<=1kB'],
    ['connections.es…', 'bytes.overhead…'],
  ],
])('heads the columns of %j with the whole names where there is room', (objectives, head) => {
  expect(headOf(...objectives)).toEqual(head);
});
