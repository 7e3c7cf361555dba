import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { VERSION } from '../../../functions/app/version.ts';
import { startLoopback } from '../../doubles/loopback.ts';
import { own, says } from './api-cases.ts';
import { makeCertificate } from './certificate.ts';
import { patient } from './patient.ts';

const DAY = 86_400_000;

describe('haineko doctor, of the API', () => {
  test('tells of an address without TLS that is not of this machine', async () => {
    const stage = await patient();
    // on Linux it leads here all the same
    const url = stage.api.url.replace('127.0.0.1', '0.0.0.0');
    const found = await stage.findings(['--url', url]);
    await stage.stop();
    expect(found.filter(({ check }) => check === 'api')).toMatchObject([
      { level: 'ok' },
      { level: 'error', what: `${url} is not HTTPS: passwords and mails go in the clear` },
    ]);
  });

  test('GETs / and nothing else', async () => {
    const stage = await patient();
    const asked: (string | undefined)[] = [];
    stage.answer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end();
    });
    await stage.doctor(['--url', `${stage.api.url}/submit/`]);
    await stage.stop();
    expect(asked).toEqual(['GET /']);
  });

  test.each([
    [100, 'ok', /^the certificate of 127\.0\.0\.1 ends in (?:99|100) days$/],
    [10, 'warning', /^the certificate of 127\.0\.0\.1 ends in (?:9|10) days$/],
    [-1, 'error', /TLS failed: the certificate has expired$/],
  ])('tells of a certificate that ends in %d days', async (days, level, what) => {
    const { found } = await overTls(new Date(Date.now() + days * DAY), true);
    expect(found).toContainEqual(
      expect.objectContaining({ check: 'api', level, what: expect.stringMatching(what) }),
    );
  });

  test('tells of a certificate that nobody has signed', async () => {
    const { found, asked } = await overTls(new Date(Date.now() + 100 * DAY), false);
    expect(found).toMatchObject([
      { level: 'error', what: expect.stringMatching(/TLS failed: the certificate is not of a trusted/) },
    ]);
    expect(asked).toBe(0);
  });
});

async function overTls(end: Date, trusted: boolean) {
  const stage = await patient();
  const certificate = makeCertificate(end);
  const file = join(mkdtempSync(join(tmpdir(), 'haineko-ca-')), 'ca.pem');
  writeFileSync(file, certificate.cert);
  let asked = 0;
  const server = await startLoopback((request, response) => {
    asked += 1;
    says(200, own(VERSION))(request, response);
  }, certificate);
  const env = trusted ? { NODE_EXTRA_CA_CERTS: file } : {};
  const all = await stage.findings(['--url', server.url], { env });
  await Promise.all([stage.stop(), server.stop()]);
  return { asked, found: all.filter(({ check }) => check === 'api') };
}
