import { expect, test } from 'vitest';
import { retryAfterOf, secondsUntil } from '../../../../functions/relay/api/retry-after.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');

test.each([
  ['7', 7],
  [' 120 ', 120],
  ['0', 1],
  ['99999999', 86_400],
  ['Sun, 22 Nov 2026 10:01:30 GMT', 90],
  ['Sun, 22 Nov 2026 09:00:00 GMT', 1],
  ['', undefined],
  ['-5', undefined],
  ['+5', undefined],
  ['1.5', undefined],
  ['soon', undefined],
])('retryAfterOf() reads %j', (text, seconds) => {
  expect(retryAfterOf({ 'retry-after': text }, NOW)).toBe(seconds);
});

test('retryAfterOf() has nothing where there is no header', () => {
  expect(retryAfterOf({}, NOW)).toBeUndefined();
});

test.each([
  [String(NOW / 1000 + 60), 60],
  [String(NOW / 1000 - 60), 1],
  [String(NOW / 1000 + 1_000_000), 86_400],
  ['1', undefined],
  ['nyaa', undefined],
  [undefined, undefined],
])('secondsUntil() reads %j', (text, seconds) => {
  expect(secondsUntil(text, NOW)).toBe(seconds);
});
