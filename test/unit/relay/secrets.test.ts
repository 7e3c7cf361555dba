import { expect, test } from 'vitest';
import { replyReader } from '../../../functions/relay/esmtp/reply-reader.ts';
import { hidingSecrets } from '../../../functions/relay/esmtp/secrets.ts';

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

test('hidingSecrets() lets all words be without a credential, or with one that is hardly a secret', () => {
  expect(hidingSecrets(undefined)('535 no')).toBe('535 no');
  expect(hidingSecrets(credential('a'))('535 a cat')).toBe('535 a cat');
});

test('replyReader() hides before it cuts what is no reply', () => {
  const reader = replyReader(hidingSecrets(credential('nyanko22-secret')));
  const [item] = reader.read(Buffer.from(`${'x'.repeat(75)} nyanko22-secret\r\n`));
  expect(JSON.stringify(item)).not.toContain('nyan');
});
