import { expect } from 'vitest';
import { amazonSes } from '../../../functions/relay/amazon-ses.ts';
import type { Delivery, Relayed } from '../../../functions/relay/relay.ts';
import type { ApiCase } from '../api-case.ts';
import type { Said, Seen } from '../api-peer.ts';
import { isSignedWith, signedBy } from '../sigv4.ts';

const NAMESPACE = 'xmlns="http://ses.amazonaws.com/doc/2010-12-01/"';

/** https://docs.aws.amazon.com/ses/latest/dg/using-ses-api-requests.html */
export const sesTook = (id: string): Said => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<SendRawEmailResponse ${NAMESPACE}>
  <SendRawEmailResult>
    <MessageId>${id}</MessageId>
  </SendRawEmailResult>
  <ResponseMetadata>
    <RequestId>fd3ae762-2563-11df-8cd4-6d4e828a9ae8</RequestId>
  </ResponseMetadata>
</SendRawEmailResponse>
`,
});

/** https://docs.aws.amazon.com/ses/latest/DeveloperGuide/api-error-codes.html */
export const sesRefused = (status: number, code: string, message = 'nyaa', headers = {}): Said => ({
  status,
  headers: { 'content-type': 'text/xml', ...headers },
  body: `<ErrorResponse ${NAMESPACE}>
  <Error>
    <Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>
    <Code>${code}</Code>
    <Message>${message}</Message>
  </Error>
  <RequestId>42d59b56-7407-4c4a-be0f-4c88daeea257</RequestId>
</ErrorResponse>
`,
});

const means = (status: number, code: string, expected: Partial<Relayed>) => ({
  title: `${code} (${status})`,
  said: sesRefused(status, code),
  expected,
});

const NOT_THE_KEY: Partial<Relayed> = {
  outcome: 'deferred',
  code: '535',
  dsn: '5.7.8',
  credentialRefused: true,
};
const rejected = (dsn: string): Partial<Relayed> => ({ outcome: 'rejected', code: '554', dsn });
const deferred = (dsn: string): Partial<Relayed> => ({ outcome: 'deferred', code: '451', dsn });

/** The request's form; the mail as SES decodes it. */
const formOf = ({ body }: Seen) => Object.fromEntries(new URLSearchParams(body.toString('latin1')));
const holdsMail = (seen: Seen, { head, body }: Delivery) =>
  expect(
    Buffer.from(formOf(seen)['RawMessage.Data'] ?? '', 'base64').equals(Buffer.concat([head, body])),
  ).toBe(true);

export const amazonSesCase: ApiCase = {
  relay: amazonSes,
  options: {
    region: 'ap-northeast-1',
    configuration_set: 'haineko',
    tags: { stage: 'production', cat: 'mi-chan' },
  },
  credential: { username: 'AKIAIOSFODNN7EXAMPLE', password: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
  words: {
    success: sesTook('000001271b15238a-fd3ae762-2563-11df-8cd4-6d4e828a9ae8-000000'),
    serverError: sesRefused(500, 'InternalFailure'),
    throttled: sesRefused(400, 'Throttling', 'Maximum sending rate exceeded.'),
    credentialRefused: sesRefused(
      403,
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
    ),
    mailRefused: sesRefused(400, 'MessageRejected', 'Email address is not verified.'),
    check: {
      isIt: (seen) => formOf(seen)['Action'] === 'GetSendQuota',
      // https://docs.aws.amazon.com/ses/latest/APIReference/API_GetSendQuota.html
      good: {
        status: 200,
        headers: { 'content-type': 'text/xml' },
        body: `<GetSendQuotaResponse ${NAMESPACE}>
  <GetSendQuotaResult>
    <SentLast24Hours>127.0</SentLast24Hours>
    <Max24HourSend>200.0</Max24HourSend>
    <MaxSendRate>1.0</MaxSendRate>
  </GetSendQuotaResult>
  <ResponseMetadata>
    <RequestId>273021c6-c866-11e0-b926-699e21c3af9e</RequestId>
  </ResponseMetadata>
</GetSendQuotaResponse>
`,
      },
      // a key that is not known is asked for again: test/mailers/verify-access-key.test.ts
      refused: sesRefused(
        403,
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match.',
      ),
    },
  },
  accepted: ['Ok', '000001271b15238a-fd3ae762-2563-11df-8cd4-6d4e828a9ae8-000000'],
  errors: [
    {
      title: 'MessageRejected, with its text',
      said: sesRefused(400, 'MessageRejected', 'Email address is not verified: &lt;neko@example.jp&gt;'),
      expected: {
        ...rejected('5.7.1'),
        message: ['MessageRejected', 'Email address is not verified: <neko@example.jp>'],
      },
    },
    means(400, 'InvalidParameterValue', rejected('5.6.0')),
    means(400, 'MailFromDomainNotVerifiedException', deferred('4.3.5')),
    means(400, 'MailFromDomainNotVerified', deferred('4.3.5')),
    means(400, 'ConfigurationSetDoesNotExist', deferred('4.3.5')),
    means(400, 'ConfigurationSetDoesNotExistException', deferred('4.3.5')),
    means(400, 'AccountSendingPausedException', deferred('4.3.2')),
    means(400, 'ConfigurationSetSendingPausedException', deferred('4.3.2')),
    means(400, 'Throttling', deferred('4.4.5')),
    means(400, 'ThrottlingException', deferred('4.4.5')),
    means(429, 'TooManyRequestsException', deferred('4.4.5')),
    means(400, 'LimitExceededException', deferred('4.4.5')),
    means(403, 'InvalidClientTokenId', NOT_THE_KEY),
    means(400, 'UnrecognizedClientException', NOT_THE_KEY),
    means(403, 'SignatureDoesNotMatch', NOT_THE_KEY),
    means(403, 'InvalidSignatureException', NOT_THE_KEY),
    means(400, 'IncompleteSignature', NOT_THE_KEY),
    means(403, 'MissingAuthenticationToken', NOT_THE_KEY),
    means(403, 'ExpiredToken', NOT_THE_KEY),
    means(403, 'ExpiredTokenException', NOT_THE_KEY),
    means(403, 'AccessDenied', NOT_THE_KEY),
    means(400, 'AccessDeniedException', NOT_THE_KEY),
    means(400, 'NotAuthorized', NOT_THE_KEY),
    means(403, 'OptInRequired', NOT_THE_KEY),
    means(400, 'RequestExpired', deferred('4.3.0')),
    means(400, 'InvalidAction', deferred('4.3.5')),
    means(400, 'InvalidQueryParameter', deferred('4.3.5')),
    means(400, 'InvalidParameterCombination', deferred('4.3.5')),
    means(404, 'MalformedQueryString', deferred('4.3.5')),
    means(400, 'MissingAction', deferred('4.3.5')),
    means(400, 'MissingParameter', deferred('4.3.5')),
    means(500, 'InternalFailure', deferred('4.3.0')),
    {
      title: 'ServiceUnavailable (503), with Retry-After',
      said: sesRefused(503, 'ServiceUnavailable', 'nyaa', { 'retry-after': '11' }),
      expected: { ...deferred('4.3.0'), retryAfter: 11 },
    },
    { title: 'a success without a MessageId', said: sesTook(''), expected: { outcome: 'unknown' } },
  ],
  request(seen, delivery) {
    const { method, path, headers, body } = seen;
    expect([method, path]).toEqual(['POST', '/']);
    expect(headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(body.length),
      'amz-sdk-request': 'attempt=1; max=1',
    });
    expect(headers).not.toHaveProperty('x-amz-security-token');
    expect(signedBy(seen)).toMatchObject({
      accessKey: 'AKIAIOSFODNN7EXAMPLE',
      region: 'ap-northeast-1',
      service: 'ses',
      headers: expect.arrayContaining(['content-type', 'host', 'x-amz-content-sha256', 'x-amz-date']),
    });
    expect(isSignedWith(seen, 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY')).toBe(true);
    expect(formOf(seen)).toEqual({
      Action: 'SendRawEmail',
      Version: '2010-12-01',
      Source: 'neko@example.jp',
      'Destinations.member.1': 'mi-chan@example.org',
      'RawMessage.Data': Buffer.concat([delivery.head, delivery.body]).toString('base64'),
      ConfigurationSetName: 'haineko',
      'Tags.member.1.Name': 'stage',
      'Tags.member.1.Value': 'production',
      'Tags.member.2.Name': 'cat',
      'Tags.member.2.Value': 'mi-chan',
    });
  },
  wholeRequest: holdsMail,
  checkRequest(seen) {
    expect([seen.method, seen.path]).toEqual(['POST', '/']);
    expect(formOf(seen)).toEqual({ Action: 'GetSendQuota', Version: '2010-12-01' });
    expect(signedBy(seen)).toMatchObject({ accessKey: 'AKIAIOSFODNN7EXAMPLE', region: 'ap-northeast-1' });
    expect(isSignedWith(seen, 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY')).toBe(true);
  },
  checks: [
    ...['SignatureDoesNotMatch', 'InvalidSignatureException'].map((code) => ({
      title: code,
      said: sesRefused(403, code),
      verdict: 'refused' as const,
      told: new RegExp(`^GetSendQuota: ${code.replace('Exception', '')}$`),
    })),
    {
      title: 'SignatureDoesNotMatch while a clock is wrong',
      said: sesRefused(403, 'SignatureDoesNotMatch', 'nyaa', {
        date: new Date(Date.now() + 1_200_000).toUTCString(),
      }),
      verdict: 'unknown',
      told: /SignatureDoesNotMatch: this machine's clock is 20 minutes off/,
    },
    {
      title: 'AccessDenied: AWS authenticates before it authorises',
      said: sesRefused(403, 'AccessDenied', 'User: neko is not authorized to perform: ses:GetSendQuota'),
      verdict: 'good',
      told: /^GetSendQuota: the key is right; it may not ask for the quota\nUser: neko is not authorized/,
    },
    {
      title: 'RequestExpired',
      said: sesRefused(400, 'RequestExpired'),
      verdict: 'unknown',
      told: /RequestExpired\nnyaa/,
    },
  ],
  carries: isSignedWith,
};
