import { expect, onTestFinished, test } from 'vitest';
import { startSesV2Double } from '../doubles/sesv2.ts';

const SIGNED = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/ses/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0a'.repeat(32)}`;

async function world() {
  const ses = await startSesV2Double();
  onTestFinished(() => ses.stop());
  const get = async (path: string, authorization = SIGNED) => {
    const response = await fetch(ses.url + path, { headers: { authorization } });
    return {
      status: response.status,
      type: response.headers.get('x-amzn-errortype'),
      json: await response.json(),
    };
  };
  return { ses, get };
}

test('GetAccount tells what account() was told', async () => {
  const { ses, get } = await world();
  expect((await get('/v2/email/account')).json).toMatchObject({
    ProductionAccessEnabled: true,
    SendingEnabled: true,
    EnforcementStatus: 'HEALTHY',
    SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 22 },
  });
  ses.account({ ProductionAccessEnabled: false, EnforcementStatus: 'PROBATION' });
  expect((await get('/v2/email/account')).json).toMatchObject({
    ProductionAccessEnabled: false,
    EnforcementStatus: 'PROBATION',
  });
  expect(ses.complaints).toEqual([]);
});

test('GetEmailIdentity tells an identity, and NotFoundException of no other', async () => {
  const { ses, get } = await world();
  ses.identity('example.jp', {});
  ses.identity('neko@example.jp', { VerifiedForSendingStatus: false });
  expect((await get('/v2/email/identities/example.jp')).json).toMatchObject({
    IdentityType: 'DOMAIN',
    VerifiedForSendingStatus: true,
    DkimAttributes: { Status: 'SUCCESS', SigningEnabled: true, Tokens: expect.any(Array) },
  });
  expect((await get('/v2/email/identities/neko%40example.jp')).json).toMatchObject({
    IdentityType: 'EMAIL_ADDRESS',
    VerifiedForSendingStatus: false,
  });
  expect(await get('/v2/email/identities/example.org')).toMatchObject({
    status: 404,
    type: 'NotFoundException',
  });
  expect(ses.requests.map(({ name }) => name)).toEqual(['example.jp', 'neko@example.jp', 'example.org']);
});

test('GetConfigurationSet tells whether a set sends', async () => {
  const { ses, get } = await world();
  ses.configurationSet('news');
  expect((await get('/v2/email/configuration-sets/news')).json).toEqual({
    ConfigurationSetName: 'news',
    SendingOptions: { SendingEnabled: true },
  });
  expect((await get('/v2/email/configuration-sets/old')).type).toBe('NotFoundException');
});

test('fail() refuses one action only', async () => {
  const { ses, get } = await world();
  ses.fail('GetEmailIdentity', 'access-denied');
  expect(await get('/v2/email/identities/example.jp')).toMatchObject({
    status: 403,
    type: 'AccessDeniedException',
    json: { message: expect.stringContaining('ses:GetEmailIdentity') },
  });
  expect((await get('/v2/email/account')).status).toBe(200);
});

test('complaints names a request without a signature for ses, or to another path', async () => {
  const { ses, get } = await world();
  await get('/v2/email/account', SIGNED.replace('/ses/', '/ssm/'));
  await get('/v2/email/identities');
  expect(ses.complaints).toEqual(['no AWS4-HMAC-SHA256 signature', 'path /v2/email/identities']);
});
