import { expect, test } from 'vitest';
import { replyReader } from '../../../functions/relay/esmtp/reply-reader.ts';
import { xoauth2Response } from '../../../functions/relay/oauth2/xoauth2-response.ts';
import { hidingSecrets } from '../../../functions/relay/secrets.ts';

const credential = (password: string) => ({ name: 'c', version: '1', username: 'neko', password });
const base64 = (text: string) => Buffer.from(text).toString('base64');

test.each(['abcd', 'ok"\\"', '$&$1', 'nyanko22-secret', 'ぱすわーど'])(
  'hidingSecrets() takes the password %j out, plain and encoded',
  (password) => {
    const hide = hidingSecrets(credential(password));
    for (const echo of [password, base64(password), base64(`\0neko\0${password}`)]) {
      expect(hide(`535 what is ${echo}?`)).toBe('535 what is ****?');
    }
    expect(hide('535 5.7.8 Authentication credentials invalid')).toBe(
      '535 5.7.8 Authentication credentials invalid',
    );
  },
);

const TOKEN = 'ya29.a0AfH6SMC_token-1~2+3/4==';
const oauth2 = {
  tokenUrl: 'https://oauth2.example.com/token',
  clientId: 'client',
  clientSecret: 'GOCSPX-secret/1',
  refreshToken: '1//04refresh+token',
};

test.each([TOKEN, oauth2.clientSecret, oauth2.refreshToken])('hidingSecrets() takes %j out', (secret) => {
  const hide = hidingSecrets({ ...credential(''), oauth2 }, TOKEN);
  const echoes = [
    secret,
    base64(secret),
    encodeURIComponent(secret),
    xoauth2Response('neko', TOKEN),
    `user=neko auth=Bearer ${TOKEN}`,
  ];
  for (const echo of echoes) {
    expect(hide(`535 what is ${echo}?`)).not.toContain(secret);
    expect(hide(`535 what is ${echo}?`)).toMatch(/^535 what is .*\*{4}.*\?$/);
  }
});

test('hidingSecrets() takes parts of a token out', () => {
  const hide = hidingSecrets({ ...credential(''), oauth2 }, TOKEN);
  expect(hide('535 bad token a0AfH6SM...')).toBe('535 bad token ****...');
  expect(hide(`535 ${xoauth2Response('neko', TOKEN).slice(9, 40)}`)).toBe('535 ****');
  expect(hide('535 5.7.8 Username and Password not accepted. client, neko')).toBe(
    '535 5.7.8 Username and Password not accepted. client, neko',
  );
});

test('hidingSecrets() lets all words be without a credential, or with one that is hardly a secret', () => {
  expect(hidingSecrets(undefined)('535 no')).toBe('535 no');
  expect(hidingSecrets(credential('a'))('535 a cat')).toBe('535 a cat');
});

test('replyReader() hides before it cuts what is no reply', () => {
  const reader = replyReader(hidingSecrets(credential('nyanko22-secret')));
  const [item] = reader.read(Buffer.from(`${'x'.repeat(75)} nyanko22-secret\r\n`));
  expect(JSON.stringify(item)).not.toContain('nyan');
});
