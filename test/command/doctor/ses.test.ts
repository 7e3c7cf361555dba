import { describe, expect, test } from 'vitest';
import { MAILERTABLE, patient } from './patient.ts';

describe('haineko doctor, of Amazon SES', () => {
  test('asks SES nothing where no route in force sends by it', async () => {
    const stage = await patient();
    stage.lay('mailertable', {
      default: MAILERTABLE.smarthost,
      'example.com': { mailer: 'AmazonSES', disabled: 1 },
    });
    const found = await stage.findings();
    await stage.stop();
    expect(stage.ses.requests).toEqual([]);
    const checks = found.map(({ check }) => check);
    expect(checks).toContain('spf');
    for (const each of ['ses', 'identity', 'configuration-sets', 'dkim-records', 'mail-from'])
      expect(checks).not.toContain(each);
  });

  test('asks SES of no domain whose mails never go by it', async () => {
    const stage = await patient();
    // its own route goes before the default, and no recipient's domain has one by SES
    stage.lay('sendermt', { 'example.com': { ...MAILERTABLE.smarthost } });
    await stage.findings();
    await stage.stop();
    const names = stage.ses.requests.filter(({ action }) => action === 'GetEmailIdentity');
    expect(names.map(({ name }) => name)).toEqual(['example.jp']);
  });
});
