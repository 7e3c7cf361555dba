import { describe, expect, test } from 'vitest';
import { keepTokens } from '../../../functions/relay/oauth2/kept-tokens.ts';
import { noAnswer, noToken } from '../../../functions/relay/oauth2/no-token.ts';
import { tokenRequest } from '../../../functions/relay/oauth2/token-request.ts';
import { readToken } from '../../../functions/relay/oauth2/token-response.ts';

const oauth2 = {
  tokenUrl: 'https://oauth2.example.com/token',
  clientId: 'id&1',
  clientSecret: 's3cret+/=ねこ',
  refreshToken: '1//04refresh-token',
};
const credential = { name: 'Google', version: '1', username: 'neko@example.jp', password: '', oauth2 };

describe('tokenRequest()', () => {
  const formOf = (request: ReturnType<typeof tokenRequest>) => [
    ...new URLSearchParams(Buffer.from(request.body).toString()),
  ];

  test('tokenRequest() asks with a refresh token where there is one', () => {
    const request = tokenRequest(oauth2);
    expect(request).toMatchObject({ url: oauth2.tokenUrl });
    expect(request.headers).toEqual({
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    });
    expect(formOf(request)).toEqual([
      ['grant_type', 'refresh_token'],
      ['refresh_token', '1//04refresh-token'],
      ['client_id', 'id&1'],
      ['client_secret', 's3cret+/=ねこ'],
    ]);
  });

  test('tokenRequest() asks as the client itself without one', () => {
    const scope = 'https://outlook.office365.com/.default';
    expect(formOf(tokenRequest({ ...oauth2, refreshToken: undefined, scope }))).toEqual([
      ['grant_type', 'client_credentials'],
      ['client_id', 'id&1'],
      ['client_secret', 's3cret+/=ねこ'],
      ['scope', scope],
    ]);
  });

  test('tokenRequest() gives no secret of a public client', () => {
    expect(formOf(tokenRequest({ ...oauth2, clientSecret: undefined }))).toEqual([
      ['grant_type', 'refresh_token'],
      ['refresh_token', '1//04refresh-token'],
      ['client_id', 'id&1'],
    ]);
  });
});

describe('readToken()', () => {
  const answer = (body: unknown, status = 200) =>
    readToken({ status, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) });
  const good = { access_token: 'ya29.a0-_~+/=', token_type: 'Bearer', expires_in: 3599 };

  test.each([
    ['as RFC 6749 5.1 has it', {}, 3599],
    ['with a type in other letters', { token_type: 'bearer' }, 3599],
    ['with seconds in quotes', { expires_in: '600' }, 600],
    ['without expires_in', { expires_in: undefined }, 300],
    ['with an expires_in that is none', { expires_in: 'soon' }, 300],
    ['that has expired', { expires_in: -5 }, 0],
    ['for a century', { expires_in: 3e9 }, 86_400],
  ])('readToken() reads a token %s', (_what, keys, seconds) => {
    expect(answer({ ...good, ...keys })).toEqual({ token: good.access_token, seconds });
  });

  test.each([
    ['no JSON', '<html>', 200],
    ['no object', '"token"', 200],
    ['null', 'null', 200],
    ['no token', { ...good, access_token: undefined }, 200],
    ['a token that is no text', { ...good, access_token: 5 }, 200],
    ['an empty token', { ...good, access_token: '' }, 200],
    ['a token that would begin another field', { ...good, access_token: 'a\x01host=b' }, 200],
    ['a token with a blank', { ...good, access_token: 'a b' }, 200],
    ['a token too long for a line of AUTH', { ...good, access_token: 'x'.repeat(8193) }, 200],
    ['a token of another type', { ...good, token_type: 'mac' }, 200],
    ['a token of no type', { ...good, token_type: undefined }, 200],
    ['a token in an error', good, 400],
    ['a token in another success', good, 202],
  ])('readToken() takes no token from %s', (_what, body, status) => {
    expect(answer(body, status)).toBeUndefined();
  });
});

describe('noToken()', () => {
  const judge = (status: number, body: unknown, headers = {}) =>
    noToken(
      credential,
      { status, headers, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) },
      Date.parse('2026-11-22T00:00:00Z'),
    );

  test.each([
    [400, 'invalid_grant'],
    [401, 'invalid_client'],
    [400, 'unauthorized_client'],
    [400, 'unsupported_grant_type'],
    [400, 'invalid_scope'],
    [400, 'invalid_request'],
    [400, 'admin_policy_enforced'],
  ])('noToken() takes %i %s as a refusal of the credential', (status, error) => {
    expect(judge(status, { error, error_description: 'Token revoked.\r\nTrace: 1' })).toEqual({
      code: '535',
      dsn: '5.7.8',
      command: 'AUTH',
      outcome: 'deferred',
      credentialRefused: true,
      message: [`No token for credential 'Google': ${error}`],
      cause: `https://oauth2.example.com/token: HTTP ${status} ${error}: Token revoked. Trace: 1`,
    });
  });

  test.each([401, 403])('noToken() takes %i as a refusal without JSON too', (status) => {
    expect(judge(status, '<html>')).toMatchObject({ code: '535', credentialRefused: true });
  });

  test.each([
    [429, { error: 'invalid_grant' }, '4.7.0'],
    [500, 'oops', '4.7.0'],
    [503, { error: 'invalid_client' }, '4.7.0'],
    [400, { error: 'temporarily_unavailable' }, '4.7.0'],
    [400, { error: 'server_error' }, '4.7.0'],
    [200, '<html>', '4.7.0'],
    [302, '', '4.3.5'],
    [404, 'Not found', '4.3.5'],
    [400, '<html>', '4.3.5'],
    [400, { error: 'no\ncode' }, '4.3.5'],
  ])('noToken() holds the mail at %i %j', (status, body, dsn) => {
    const answer = judge(status, body);
    expect(answer).toMatchObject({ outcome: 'deferred', code: '451', dsn, command: 'AUTH' });
    expect(answer).not.toHaveProperty('credentialRefused');
    expect(answer).not.toHaveProperty('retryAfter');
  });

  test.each([
    ['7', 7],
    ['Sun, 22 Nov 2026 00:01:00 GMT', 60],
  ])('noToken() passes on when to try again (%s)', (value, seconds) => {
    for (const status of [429, 503]) {
      expect(judge(status, '', { 'retry-after': value })).toMatchObject({ retryAfter: seconds });
    }
  });

  test('noToken() hides what the token server repeats', () => {
    const { refreshToken, clientSecret } = oauth2;
    const inForm = new URLSearchParams({ client_secret: clientSecret }).toString();
    for (const said of [refreshToken, clientSecret, inForm, Buffer.from(clientSecret).toString('base64')]) {
      const answer = judge(400, { error: 'invalid_grant', error_description: `${'x'.repeat(280)} ${said}` });
      expect(answer.cause).toContain('****');
      expect(JSON.stringify(answer)).not.toMatch(/s3cret|04refresh|czNjcmV0/);
    }
    expect(JSON.stringify(judge(400, { error: refreshToken }))).not.toContain('04refresh');
  });
});

describe('noAnswer()', () => {
  test.each([
    ['connect', 'ECONNREFUSED', '4.4.1'],
    ['connect', 'DEPTH_ZERO_SELF_SIGNED_CERT', '4.7.5'],
    ['late', undefined, '4.4.1'],
    ['lost', 'ECONNRESET', '4.4.2'],
    ['garbage', 'HPE_INVALID_CONSTANT', '4.7.0'],
    ['no-time', undefined, '4.4.7'],
  ] as const)('noAnswer() holds the mail: %s %s is %s', (failed, code, dsn) => {
    expect(noAnswer(credential, { failed, code, handedOver: true, cause: 'why' })).toMatchObject({
      outcome: 'deferred',
      code: '451',
      dsn,
      command: 'AUTH',
      cause: 'https://oauth2.example.com/token: why',
    });
  });
});

describe('keepTokens()', () => {
  const T0 = 1_000_000;

  test.each([
    [3600, 3540],
    [300, 240],
    [60, 30],
    [0, 0],
  ])('keepTokens() gives up a token of %i s after %i s', (seconds, used) => {
    const tokens = keepTokens();
    tokens.keep('key', 'token', T0, seconds);
    if (used > 0) expect(tokens.find('key', T0 + used * 1000 - 1)).toBe('token');
    expect(tokens.find('key', T0 + used * 1000)).toBeUndefined();
    expect(tokens.size).toBe(0);
  });

  test('keepTokens() trusts no clock that went back', () => {
    const tokens = keepTokens();
    tokens.keep('key', 'token', T0, 3600);
    expect(tokens.find('key', T0 - 1)).toBeUndefined();
  });

  test('keepTokens() forgets the token that was refused, and no other', () => {
    const tokens = keepTokens();
    tokens.keep('key', 'new', T0, 3600);
    tokens.drop('key', 'old');
    expect(tokens.find('key', T0)).toBe('new');
    tokens.drop('key', 'new');
    expect(tokens.find('key', T0)).toBeUndefined();
  });

  test('keepTokens() keeps so many, the latest', () => {
    const tokens = keepTokens(2);
    for (const key of ['a', 'b', 'a', 'c']) tokens.keep(key, `token ${key}`, T0, 3600);
    expect(['a', 'b', 'c'].map((key) => tokens.find(key, T0))).toEqual(['token a', undefined, 'token c']);
    expect(tokens.size).toBe(2);
  });
});
