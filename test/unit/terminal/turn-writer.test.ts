import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { turnWriter } from '../../../bin/local/turn-writer.ts';

test('turnWriter() writes the lines of one turn at once, in their order', async () => {
  const written: string[] = [];
  const { line } = turnWriter((text) => written.push(text));
  line('one');
  line('two');
  expect(written).toEqual([]);
  await turn();
  line('three');
  await turn();
  expect(written).toEqual(['one\ntwo\n', 'three\n']);
});

test('turnWriter() flushes what is waiting, once', async () => {
  const written: string[] = [];
  const { line, flush } = turnWriter((text) => written.push(text));
  line('last');
  flush();
  flush();
  await turn();
  expect(written).toEqual(['last\n']);
});
