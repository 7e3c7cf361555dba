import { expect, test } from 'vitest';
import { challengeText } from '../../../functions/relay/esmtp/xoauth2.ts';
import { xoauth2Response } from '../../../functions/relay/oauth2/xoauth2-response.ts';

// the examples of Google's page and of Microsoft's
test.each([
  [
    'someuser@example.com',
    'ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg',
    'dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==',
  ],
  [
    'test@contoso.onmicrosoft.com',
    'EwBAAl3BAAUFFpUAo7J3Ve0bjLBWZWCclRC3EoAA',
    'dXNlcj10ZXN0QGNvbnRvc28ub25taWNyb3NvZnQuY29tAWF1dGg9QmVhcmVyIEV3QkFBbDNCQUFVRkZwVUFvN0ozVmUwYmpMQldaV0NjbFJDM0VvQUEBAQ==',
  ],
])('xoauth2Response() writes the response of %s', (user, token, response) => {
  expect(xoauth2Response(user, token)).toBe(response);
});

test('challengeText() reads what a server says of a token that it refuses', () => {
  const said =
    'eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIG1hYyIsInNjb3BlIjoiaHR0cHM6Ly9tYWlsLmdvb2dsZS5jb20vIn0K';
  expect(challengeText(said)).toBe(
    '{"status":"401","schemes":"bearer mac","scope":"https://mail.google.com/"}',
  );
});

test.each(['', 'who are you?', '===='])('challengeText() gives nothing for %j', (said) => {
  expect(challengeText(said)).toBeUndefined();
});

test('challengeText() leaves no control character in', () => {
  expect(challengeText(Buffer.from('a\r\n\x1b[1mb\u202e').toString('base64'))).toBe('a [1mb');
});
