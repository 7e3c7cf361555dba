import { describe, expect, test } from 'vitest';
import { report } from './report.ts';
import { HARD_AGE, type Run } from './run.ts';
import type { Scenario } from './scenarios.ts';
import type { Login, Mail, Secret } from './server.ts';
import type { Request } from './traffic.ts';
import { verdict } from './verdict.ts';

const T0 = 10_000;
const T1 = 11_000;

const scenario = (mails: Mail[], takes: readonly Secret[]): Scenario => ({
  name: 'password',
  title: 'a mail server',
  share: 1,
  subject: 'Smarthost',
  parameter: 'authinfo/Smarthost',
  secrets: { old: 'a', new: 'b' },
  server: {
    port: 0,
    mails,
    logins: [
      { with: 'old', taken: true, at: 1000 },
      { with: 'old', taken: false, at: T0 + 1 },
      { with: 'new', taken: true, at: T1 + 1 },
    ] satisfies Login[],
    take: () => {},
    stop: async () => {},
  },
  takes,
  basic: false,
  route: {},
  documents: {},
});

/** A run in which each mail came as it should; `more` is what did not. */
function run(takes: readonly Secret[], more: { mails?: Mail[]; requests?: Request[] } = {}): Run {
  const mails: Mail[] = [];
  const requests: Request[] = [];
  const sent = (mark: string, at: number, with_: Secret, instance: string) => {
    mails.push({ mark, with: with_, connection: `${with_} ${instance}`, at });
    requests.push(asked(mark, at, 200, 'accepted', instance));
  };
  for (const instance of ['1', '2']) {
    sent(`a${instance}`, 2000, 'old', instance);
    sent(`b${instance}`, T1 + 100, 'new', instance);
    sent(`c${instance}`, T1 + HARD_AGE + 100, 'new', instance);
  }
  return {
    title: 'made up',
    startedAt: 0,
    endedAt: T1 + HARD_AGE + 1000,
    scenarios: [scenario([...mails, ...(more.mails ?? [])], takes)],
    requests: [...requests, ...(more.requests ?? [])],
    heldBack: 0,
    rotations: new Map([['password', { changedAt: T0, laidAt: T1, endedAt: T1 + 500 }]]),
    reads: [],
    unanswered: new Set(),
    complaints: [],
    goodFrom: new Map(),
    notes: [],
  };
}

function asked(mark: string, at: number, status: number, said: string, instance = '1'): Request {
  const times = { sentAt: at, begunAt: at, answeredAt: at + 10 };
  return { scenario: 'password', mark, given: undefined, ...times, instance, status, said };
}

const DEFERRED = 'deferred 535';
const text = (made: Run) => verdict(made).join('\n');

describe('verdict()', () => {
  test('finds nothing where all holds, and what the server could not have accepted is no failure', () => {
    const between = asked('between', T0 + 100, 503, DEFERRED);
    expect(text(run(['new'], { requests: [between] }))).not.toMatch(
      /need not have|do not fit|past the hard age/,
    );
  });

  test.each([
    ['a request that failed after the new one was laid', ['new'], T1 + 50],
    ['a request that failed before the server changed', ['new'], 5000],
    ['a request that failed where the server takes both', ['old', 'new'], T0 + 100],
  ] as const)('tells of %s', (_, takes, at) => {
    const made = run(takes, { requests: [asked('bad', at, 503, DEFERRED)] });
    expect(text(made)).toContain('requests that failed and need not have: 1, first bad of 1');
  });

  test('tells of a use of the old one past the hard age', () => {
    const at = T1 + HARD_AGE + 10;
    const mail = { mark: 'late', with: 'old', connection: 'x', at } as const;
    const made = run(['old', 'new'], { mails: [mail], requests: [asked('late', at, 200, 'accepted')] });
    expect(text(made)).toContain('used the old one past the hard age: 1, first late of 1');
  });

  test.each([
    ['came twice', [{ mark: 'b1', with: 'new', connection: 'x', at: T1 + 200 }], [], 'b1 came 2 times'],
    [
      'came without a 200',
      [{ mark: 'x', with: 'new', connection: 'x', at: T1 }],
      [asked('x', T1, 503, DEFERRED)],
      'x came, and was not answered 200',
    ],
    [
      'was answered 200 and never came',
      [],
      [asked('y', T1, 200, 'accepted')],
      'y was answered 200, and never came',
    ],
  ] as [string, Mail[], Request[], string][])('tells of a mail that %s', (_, mails, requests, told) => {
    expect(text(run(['old', 'new'], { mails, requests }))).toContain(told);
  });

  test('the report prints both clocks', () => {
    const printed = report(run(['old', 'new']));
    for (const column of ['T0', 'T1', 'login', 'mail', '200', 'used', 'ends'])
      expect(printed).toContain(column);
    expect(printed).toMatch(/password +\d+ +0 +0 .* 10\.00 .* 11\.00 /);
  });
});
