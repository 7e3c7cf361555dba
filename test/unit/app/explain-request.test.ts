import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../../functions/app/context.ts';
import { basic, world } from './world.ts';

const QUESTION = { from: 'kijitora@example.jp', to: 'mi-chan@example.org' };
const ask = async (request: Partial<HttpRequest> = {}, tables: Parameters<typeof world>[0] = {}) => {
  const made = world(tables);
  const answer = await made.ask({ path: '/route', body: JSON.stringify(QUESTION), ...request });
  return { ...answer, lines: made.lines, kept: made.kept };
};
const abroad = { remote: { address: '192.0.2.9', port: 1 } };
const refused = (code: string, dsn: string | null, command: string, ...message: string[]) => ({
  'smtp.queueid': null,
  'smtp.response': { code, dsn, command, message, outcome: 'rejected' },
});

describe('answer() to POST /route', () => {
  test('explains, sends nothing, and logs a line without the addresses', async () => {
    const { status, headers, json, lines, kept } = await ask();
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
    });
    expect(json).toMatchObject({ ...QUESTION, route: { entry: 'default', mailer: 'Kept' }, refusals: [] });
    expect(kept).toEqual([]);
    expect(lines).toEqual([
      { level: 'info', message: 'request', method: 'POST', path: '/route', client: '127.0.0.1', status: 200 },
    ]);
  });

  test('does so for clients on loopback and for users with admin alone', async () => {
    const denied = refused('500', null, 'HTTP', 'Access denied');
    expect(await ask(abroad)).toMatchObject({ status: 403, json: denied });
    for (const user of ['haineko', 'narrow']) {
      const headers = basic(user, 'kijitora');
      expect(await ask({ ...abroad, headers })).toMatchObject({ status: 403, json: denied });
    }
    expect(await ask({ ...abroad, headers: basic('admin', 'kijitora') })).toMatchObject({ status: 200 });
    expect(await ask({ ...abroad, headers: basic('admin', 'wrong') })).toMatchObject({ status: 401 });
    // the address of a page's reader is not the page's
    expect(await ask({ foreign: true })).toMatchObject({ status: 403, json: denied });
    // who may not ask is not told what may be asked
    expect(await ask({ ...abroad, method: 'GET', body: '' })).toMatchObject({ status: 403 });
  });

  test('does so for an IAM principal with admin alone', async () => {
    const boss = 'arn:aws:iam::123456789012:user/boss';
    const mike = 'arn:aws:iam::123456789012:user/mike';
    const password = { [boss]: { admin: 1 }, [mike]: {} };
    const { status, json } = await ask({ ...abroad, principal: boss }, { password });
    expect(status).toBe(200);
    // whom it asks about is not who asks
    expect(json['refusals']).toMatchObject([{ phase: 'auth', status: 403 }]);
    expect(await ask({ ...abroad, principal: mike }, { password })).toMatchObject({ status: 403 });
  });

  test.each(['GET', 'HEAD', 'PUT', 'OPTIONS'])('takes no %s', async (method) => {
    const { status, headers, json, body } = await ask({ method });
    expect(status).toBe(405);
    expect(headers['allow']).toBe('POST');
    if (method === 'HEAD') expect(body).toBe('');
    else expect(json).toMatchObject(refused('421', null, 'HTTP', `${method} method not supported`));
  });

  test('takes 4 KB at most', async () => {
    const long = (octets: number) => ({ body: JSON.stringify(QUESTION).padEnd(octets) });
    expect((await ask(long(4096))).status).toBe(200);
    expect(await ask(long(4097))).toMatchObject({
      status: 413,
      json: refused('552', '5.3.4', 'HTTP', 'Request is larger than the limit of 4096 bytes'),
    });
  });

  test('reads what /submit reads: JSON, JSON5, YAML, null for absent', async () => {
    for (const body of [
      "{ from: 'kijitora@example.jp', to: 'mi-chan@example.org' }",
      'from: kijitora@example.jp\nto: mi-chan@example.org\n',
      Buffer.from(JSON.stringify({ ...QUESTION, client: null, user: null, ehlo: null })),
    ]) {
      expect(await ask({ body })).toMatchObject({ status: 200, json: QUESTION });
    }
  });

  test.each<[unknown, string[]]>([
    ['{ neko', ['expected JSON (or JSON5, YAML)']],
    [[QUESTION], ['expected a mapping']],
    [
      {},
      [
        "from: expected the sender's address as a text, got nothing",
        "to: expected one recipient's address as a text, got nothing",
      ],
    ],
    [
      { ...QUESTION, to: ['a@example.org'], user: 5, ehlo: {} },
      [
        "to: expected one recipient's address as a text, got a list",
        "user: expected a user's name, or an IAM principal's ARN, as a text, got a number",
        "ehlo: expected the client's name as a text, got a mapping",
      ],
    ],
    [
      { ...QUESTION, client: 'neko.example.jp' },
      ["client: expected an IP address as a text, got 'neko.example.jp'"],
    ],
    [
      { ...QUESTION, rcpt: 'x', ['n'.repeat(60)]: 1 },
      [
        "'rcpt' is no field here: expected from, to, client, user, ehlo",
        `'${'n'.repeat(37)}...' is no field here: expected from, to, client, user, ehlo`,
      ],
    ],
  ])('refuses %j, naming all that is wrong', async (question, details) => {
    const body = typeof question === 'string' ? question : JSON.stringify(question);
    expect(await ask({ body })).toMatchObject({
      status: 400,
      json: refused('421', null, 'HTTP', 'Malformed JSON string', ...details),
    });
  });

  test('answers a refusal in the format that haineko.cf names', async () => {
    const { status, json } = await ask(
      { body: '{}' },
      { 'haineko.cf': { hostname: 'haineko.example.jp', reply_format: '0.2.17' } },
    );
    expect(status).toBe(400);
    expect(json).toHaveProperty('response');
  });
});
