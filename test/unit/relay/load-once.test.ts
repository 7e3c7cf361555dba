import { expect, test } from 'vitest';
import { loadOnce } from '../../../functions/relay/load-once.ts';

test('loadOnce() loads once, however many ask at a time, and again after a failure', async () => {
  let loads = 0;
  const load = loadOnce(async () => {
    loads += 1;
    if (loads === 1) throw new Error('too many open files');
    return { loads };
  });
  const failed = await Promise.allSettled([load(), load()]);
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await Promise.all([load(), load()])).toEqual([{ loads: 2 }, { loads: 2 }]);
  expect(await load()).toEqual({ loads: 2 });
});
