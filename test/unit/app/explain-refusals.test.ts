import { describe, expect, test } from 'vitest';
import { addressOf } from '../../../functions/mail/address.ts';
import type { Milter } from '../../../functions/milter/milter.ts';
import { cf, told } from './explained.ts';

describe('explain() of refusals', () => {
  const phases = async (...given: Parameters<typeof told>) =>
    (await told(...given)).refusals.map(({ phase, code, dsn, command, why }) =>
      [phase, code, dsn, command, why].join(' '),
    );

  test.each<[string, Parameters<typeof told>, string[]]>([
    ['a user that is none', [{ user: 'mike' }], ["auth 500 5.7.1 AUTH password has no entry for 'mike'"]],
    [
      'no user where one is required',
      [{}, cf({ require_auth: 1 })],
      ['auth 500 5.7.1 AUTH a user is required (require_auth), and none is given'],
    ],
    [
      'no user where the server requires one',
      [{}, {}, { requireAuth: true }],
      ['auth 500 5.7.1 AUTH a user is required (require_auth), and none is given'],
    ],
    [
      'a principal that is none',
      [{ user: 'arn:aws:iam::123456789012:user/mike' }],
      ["auth 500 5.7.1 AUTH password has no entry for 'arn:aws:iam::123456789012:user/mike'"],
    ],
    [
      'a client that is not listed',
      [{ client: '203.0.113.9' }],
      ['conn 500 5.7.1 AUTH 203.0.113.9 is not in relayhosts, and no user calls'],
    ],
    ['a client that is listed, by IPv6', [{ client: '::ffff:192.0.2.9' }], []],
    ['an empty ehlo', [{ ehlo: '' }], ['ehlo 501 5.0.0 EHLO ehlo is empty']],
    [
      'an ehlo without a dot',
      [{ ehlo: 'localhost' }],
      ["ehlo 501 5.0.0 EHLO 'localhost' is no domain with a dot and no address"],
    ],
    [
      'the null sender',
      [{ from: '' }],
      ['mail 501 5.5.2 MAIL from is empty: a client may not send as the null sender'],
    ],
    ['a sender that is no address', [{ from: 'neko' }], ["mail 553 5.5.4 MAIL 'neko' is no address"]],
    [
      'a sender that is not ASCII',
      [{ from: 'a@example.jpキ' }],
      ["mail 553 5.6.7 MAIL 'a@example.jpキ' is not ASCII"],
    ],
    [
      'a sender that the user may not use',
      [{ user: 'narrow', from: 'a@example.net' }],
      ["mail 553 5.7.1 MAIL 'a@example.net' is not in senders of 'narrow' in password"],
    ],
    ['no recipient', [{ to: '' }], ['rcpt 553 5.0.0 RCPT to is empty']],
    ['a recipient that is no address', [{ to: 'neko' }], ["rcpt 553 5.1.5 RCPT 'neko' is no address"]],
    [
      'a recipient that is not ASCII',
      [{ to: 'neko@example.orgキ' }],
      ["rcpt 553 5.6.7 RCPT 'neko@example.orgキ' is not ASCII"],
    ],
    [
      'a recipient that is not permitted',
      [{ to: 'neko@example.net' }],
      ["rcpt 553 5.7.1 RCPT recipients has neither 'neko@example.net' nor its domain"],
    ],
  ])('names %s', async (_, given, expected) => {
    expect(await phases(...given)).toEqual(expected);
  });

  test('does not stop at the first one, and tells the route all the same', async () => {
    const made = await told({
      user: 'mike',
      client: '203.0.113.9',
      ehlo: 'neko',
      from: 'neko',
      to: 'neko@example.net',
    });
    expect(made.refusals.map(({ phase, status }) => `${phase} ${status}`)).toEqual([
      'auth 401',
      'conn 403',
      'ehlo 400',
      'mail 400',
      'rcpt 400',
    ]);
    expect(made).toMatchObject({ route: { entry: 'default' }, steps: [{}, { key: null }, {}, {}] });
  });

  test('has no route for a recipient that is no address', async () => {
    expect(await told({ to: 'neko' })).toMatchObject({
      route: null,
      credential: null,
      dkim: null,
      fallbacks: [],
      warnings: [],
      steps: Array(4).fill({ result: 'not looked at' }),
    });
  });

  test('asks no password of a user, and says so', async () => {
    const { refusals, notes } = await told(
      { user: 'haineko', client: '203.0.113.9' },
      cf({ require_auth: 1 }),
    );
    expect(refusals).toEqual([]);
    expect(notes[0]).toBe(
      "'haineko' passes if the password is right, and where the API has no IAM authorization",
    );
  });

  test("takes a principal by its own entry, or its role's", async () => {
    const role = 'arn:aws:iam::123456789012:role/service/Mailer';
    const password = { [role]: { senders: ['example.jp'] } };
    const user = 'arn:aws:sts::123456789012:assumed-role/Mailer/i-0123';
    const passing = await told({ user, client: '203.0.113.9' }, { password });
    expect(passing.refusals).toEqual([]);
    expect(passing.notes[0]).toBe(
      `'${user}' passes if the signature is right, and where the API has IAM authorization`,
    );
    expect(await phases({ user, from: 'a@example.net' }, { password })).toEqual([
      `mail 553 5.7.1 MAIL 'a@example.net' is not in senders of '${user}' in password`,
    ]);
  });
});

describe('explain() where it is known whether the API has IAM authorization', () => {
  const boss = 'arn:aws:iam::123456789012:user/boss';
  const password = { [boss]: {}, haineko: '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn' };
  const auth = async (asked: Parameters<typeof told>[0]) => {
    const { refusals, notes } = await told(asked, { password });
    return refusals[0] ? `${refusals[0].status}: ${refusals[0].why}` : notes[0];
  };

  test('takes principals alone where it has', async () => {
    expect(await auth({ iam: true, user: boss })).toBe(`'${boss}' passes if the signature is right`);
    expect(await auth({ iam: true })).toBe('403: the API has IAM authorization, and no principal is given');
    expect(await auth({ iam: true, user: 'haineko' })).toBe("403: password has no entry for 'haineko'");
  });

  test('takes users alone where it has not', async () => {
    expect(await auth({ iam: false, user: 'haineko' })).toBe("'haineko' passes if the password is right");
    expect(await auth({ iam: false, user: boss })).toBe(`401: password has no entry for '${boss}'`);
  });
});

describe('explain() and milters', () => {
  const says = (
    name: string,
    phase: 'conn' | 'ehlo' | 'mail' | 'rcpt',
    refuse?: string,
    seen: unknown[] = [],
  ): Milter => ({
    name,
    description: 'For a test.',
    [phase]: (value: unknown, session: unknown) => {
      seen.push([name, value, session]);
      return refuse === undefined ? undefined : { refuse, code: '450', dsn: '4.7.1' };
    },
  });

  test("tells a milter's refusal in its words, and who it is", async () => {
    const milters = [says('Grey', 'rcpt', 'Come back later')];
    expect((await told({}, cf({ milter: { rcpt: ['Grey'] } }), {}, milters)).refusals).toEqual([
      {
        phase: 'rcpt',
        status: 400,
        code: '450',
        dsn: '4.7.1',
        command: 'RCPT',
        message: ['Come back later'],
        why: "milter 'Grey' of haineko.cf refuses it",
      },
    ]);
  });

  test('hears all milters of a phase, those behind a refusal of our own too, each once', async () => {
    const seen: unknown[] = [];
    const milters = [
      says('One', 'mail', undefined, seen),
      says('Two', 'mail', 'no', seen),
      says('Three', 'mail', undefined, seen),
      says('Four', 'mail', 'never', seen),
    ];
    const milter = { mail: ['One', 'Two', 'Three', 'Four'] };
    const asked = { user: 'narrow', from: 'a@example.net' };
    const { refusals } = await told(asked, cf({ milter }), {}, milters);
    expect(refusals.map(({ why }) => why)).toEqual([
      "'a@example.net' is not in senders of 'narrow' in password",
      "milter 'Two' of haineko.cf refuses it",
      "milter 'Four' of haineko.cf refuses it",
    ]);
    expect(seen.map((each) => (each as unknown[])[0])).toEqual(['One', 'Two', 'Three', 'Four']);
  });

  test('hears them behind a closed relayhosts and recipients', async () => {
    const milters = [says('Door', 'conn', 'go away'), says('Grey', 'rcpt', 'later')];
    const milter = { conn: ['Door'], rcpt: ['Grey'] };
    const asked = { client: '203.0.113.9', to: 'neko@example.net' };
    const { refusals } = await told(asked, cf({ milter }), {}, milters);
    expect(refusals.map(({ phase, message }) => `${phase} ${message}`)).toEqual([
      'conn Access denied',
      'conn go away',
      'rcpt Recipient address is not permitted',
      'rcpt later',
    ]);
  });

  test('asks none about an address that is none', async () => {
    const seen: unknown[] = [];
    const milters = [says('Grey', 'rcpt', 'later', seen)];
    await told({ to: 'neko' }, cf({ milter: { rcpt: ['Grey'] } }), {}, milters);
    expect(seen).toEqual([]);
  });

  test('shows them the session as submit() does', async () => {
    const seen: unknown[] = [];
    const milters = [says('Watch', 'rcpt', undefined, seen)];
    await told({ user: 'haineko' }, cf({ milter: { rcpt: ['Watch'] } }), {}, milters);
    expect(seen).toEqual([
      [
        'Watch',
        'mi-chan@example.org',
        {
          queueid: expect.stringMatching(/^[0-9A-Za-x]{16}$/),
          client: { address: '127.0.0.1', userAgent: null },
          user: 'haineko',
          ehlo: '[127.0.0.1]',
          mail: addressOf('kijitora@example.jp'),
          rcpt: [],
        },
      ],
    ]);
  });

  test('tells of one that fails, as submit() answers then, and goes on', async () => {
    const broken: Milter = {
      name: 'Broken',
      description: 'Fails.',
      mail() {
        throw new Error('secret of the milter');
      },
    };
    const milters = [broken, says('Two', 'mail', 'no')];
    const { refusals } = await told({}, cf({ milter: { mail: ['Broken', 'Two'] } }), {}, milters);
    expect(refusals).toMatchObject([
      { phase: 'mail', status: 500, message: ['Internal Server Error'], why: "milter 'Broken' fails" },
      { phase: 'mail', status: 400, message: ['no'] },
    ]);
    expect(JSON.stringify(refusals)).not.toContain('secret of');
  });
});
