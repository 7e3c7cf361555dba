import { expect, test } from 'vitest';
import { byStatus } from '../../../../functions/relay/api/answers.ts';

const answer = (status: number) => byStatus({ status, headers: {}, body: Buffer.alloc(0) }, 0);

// every status that there can be: a yes is never read from it, and a verdict only from what speaks of the request's content
test.each<[string, (status: number) => boolean, string]>([
  ['a redirect', (status) => status >= 300 && status < 400, 'deferred'],
  ['a verdict', (status) => [400, 413, 415, 422].includes(status), 'rejected'],
  [
    'a conflict, a gateway or what is not registered',
    (status) => [409, 502, 504].includes(status) || status > 511,
    'unknown',
  ],
  ['a 2xx or less that nobody documented', (status) => status < 300, 'unknown'],
])('byStatus() answers %s', (_what, among, outcome) => {
  for (let status = 200; status < 1000; status++) {
    if (among(status)) expect([status, answer(status).outcome]).toEqual([status, outcome]);
  }
});

test('byStatus() defers everything else', () => {
  const others = [
    401, 402, 403, 404, 405, 406, 408, 421, 423, 425, 426, 428, 429, 431, 451, 499, 500, 501, 503, 507, 511,
  ];
  for (const status of others) expect([status, answer(status).outcome]).toEqual([status, 'deferred']);
  expect(answer(408)).toMatchObject({ dsn: '4.4.2' });
  expect(answer(403)).toMatchObject({ code: '535', dsn: '5.7.8', credentialRefused: true });
});
