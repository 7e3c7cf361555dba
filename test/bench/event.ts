/** One paragraph, repeated to a mail's body of 1 KB. */
const LINE = 'The cat sat on the mat, and the mail went out to all who had asked for it.\n';

/** A text of so many octets, in lines. */
export function bodyOf(octets: number): string {
  return LINE.repeat(Math.ceil(octets / LINE.length)).slice(0, octets);
}

/** A mail of `octets` as a client POSTs it. */
export function submission(octets = 1024, rcpt: readonly string[] = ['neko@example.org']): string {
  return JSON.stringify({
    ehlo: 'client.example.jp',
    mail: 'kijitora@example.jp',
    rcpt,
    header: { from: 'Kijitora <kijitora@example.jp>', subject: 'Nyaa', 'reply-to': 'nyaa@example.jp' },
    body: bodyOf(octets),
  });
}

/** An event of API Gateway's HTTP API (payload format 2.0) with this body, taken at that moment (ms since the epoch). */
export function event(body: string, timeEpoch: number) {
  const domainName = 'a1b2c3d4e5.execute-api.ap-northeast-1.amazonaws.com';
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/submit',
    rawQueryString: '',
    headers: {
      accept: '*/*',
      'content-length': String(Buffer.byteLength(body)),
      'content-type': 'application/json',
      host: domainName,
      'user-agent': 'curl/8.5.0',
      'x-amzn-trace-id': 'Root=1-67a0b1c2-0123456789abcdef01234567',
      'x-forwarded-for': '192.0.2.77',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    requestContext: {
      accountId: '123456789012',
      apiId: 'a1b2c3d4e5',
      domainName,
      domainPrefix: 'a1b2c3d4e5',
      http: {
        method: 'POST',
        path: '/submit',
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.77',
        userAgent: 'curl/8.5.0',
      },
      requestId: 'FZxQbhLqNjMEJ8g=',
      routeKey: '$default',
      stage: '$default',
      time: '03/Feb/2025:12:34:56 +0000',
      timeEpoch,
    },
    body,
    isBase64Encoded: false,
  };
}
