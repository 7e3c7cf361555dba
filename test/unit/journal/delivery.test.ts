import { expect, test } from 'vitest';
import { brief, withoutCause } from '../../../functions/journal/delivery.ts';
import type { Reply } from '../../../functions/smtp/reply.ts';

const LINES = Array.from({ length: 20 }, (_, at) => `${at} ${'猫'.repeat(990)}`);
const reply = (more: Partial<Reply> = {}): Reply => ({
  ...{ code: '451', dsn: null, error: 1, command: 'DATA', message: LINES, outcome: 'deferred' },
  ...more,
});

test('what goes to the log alone is not written down, of the ways before neither', () => {
  const before = [{ entry: 'second', reply: reply({ cause: 'secret' }) }];
  const kept = withoutCause(reply({ cause: 'secret', before }));
  expect(JSON.stringify(kept)).not.toContain('secret');
  expect(kept.message).toEqual(LINES);
  expect(kept.before?.[0]?.reply.message).toEqual(LINES.slice(0, 5));
});

test('the wordiest delivery is within a row', () => {
  const before = Array.from({ length: 5 }, () => ({ entry: 'way', reply: reply() }));
  const attempts = brief(Array.from({ length: 50 }, (_, time) => ({ time, reply: reply() })));
  expect(attempts.map(({ time }) => time)).toEqual(Array.from({ length: 20 }, (_, at) => 30 + at));
  const text = JSON.stringify({ reply: withoutCause(reply({ before })), attempts });
  expect(Buffer.byteLength(text)).toBeLessThan(350_000);
});
