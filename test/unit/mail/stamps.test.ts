import { expect, test } from 'vitest';
import { rfc5322Date } from '../../../functions/mail/date.ts';
import { commandsProvider } from '../../../functions/mail/provider-headers.ts';
import { makeQueueid, messageId } from '../../../functions/mail/queueid.ts';

const NOW = 1795342966_000; // charset.json, its first recording: Sun Nov 22 10:22:46 2026

test('rfc5322Date() writes day, date, time and +0000', () => {
  expect(rfc5322Date(NOW)).toBe('Sun, 22 Nov 2026 10:22:46 +0000');
});

test('makeQueueid() begins with the six digits that 0.2.17 recorded for the same second', () => {
  expect(makeQueueid(NOW, (octets) => new Uint8Array(octets))).toBe('6AMAMk0000000000');
});

test('makeQueueid() skips octets that would favour some digits', () => {
  const random = (octets: number) =>
    Uint8Array.from({ length: octets }, (_, index) => (index < 6 ? 255 : 239));
  expect(makeQueueid(NOW, random)).toMatch(/^6AMAMkx{10}$/);
});

test('messageId() pads the recipient index to three digits', () => {
  expect(messageId('6AMAMk0123456789', 1795342966, 7, 'mx.example.jp')).toBe(
    '<6AMAMk0123456789.1795342966.007@mx.example.jp>',
  );
});

test.each([
  'X-SMTPAPI',
  'x-mc-bccaddress',
  'X-Mailgun-Recipient-Variables',
  'X-SES-Source-Arn',
  'X-MSYS-API',
  'X-MJ-TemplateErrorReporting',
  'X-xsMailingId',
])('commandsProvider() is true when the name is %s', (name) => expect(commandsProvider(name)).toBe(true));

test.each(['X-Mailer', 'X-MC', 'X-Haineko-Loop', 'Subject', 'X-SMTPAPI-Not', 'X-Entity-Ref-ID'])(
  'commandsProvider() is false when the name is %s',
  (name) => expect(commandsProvider(name)).toBe(false),
);
