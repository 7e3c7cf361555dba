import type { IncomingHttpHeaders } from 'node:http';
import { expect, test } from 'vitest';
import { fault } from '../../../../functions/relay/api/answers.ts';
import { withRetryAfter } from '../../../../functions/relay/api/retry-after.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const secondsBy = (headers: IncomingHttpHeaders) =>
  withRetryAfter(fault('4.4.5', 'Slow down'), headers, NOW).retryAfter;

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
])('withRetryAfter() reads Retry-After: %j', (text, seconds) => {
  expect(secondsBy({ 'retry-after': text })).toBe(seconds);
});

test.each([
  [String(NOW / 1000 + 60), 60],
  [String(NOW / 1000 - 60), 1],
  [String(NOW / 1000 + 1_000_000), 86_400],
  ['1', undefined],
  [String(NOW), undefined],
  ['nyaa', undefined],
])('withRetryAfter() reads X-RateLimit-Reset: %j', (text, seconds) => {
  expect(secondsBy({ 'x-ratelimit-reset': text })).toBe(seconds);
  // what was asked for by its own header counts
  expect(secondsBy({ 'x-ratelimit-reset': text, 'retry-after': '7' })).toBe(7);
});

test('withRetryAfter() leaves the answer as it is where there is no header', () => {
  const answer = fault('4.4.5', 'Slow down');
  expect(withRetryAfter(answer, {}, NOW)).toBe(answer);
});
