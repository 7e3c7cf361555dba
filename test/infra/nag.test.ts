import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import type { HainekoProps } from '../../infra/haineko.ts';
import { HainekoStack } from '../../infra/stack.ts';
import { appIn, TABLES, tablesIn, temporaryFolder } from './synthesized.ts';

const folder = temporaryFolder();
const config = tablesIn(folder, TABLES);
const CERTIFICATE = 'arn:aws:acm:ap-northeast-1:123456789012:certificate/neko';

type Report = { pluginReports: { violations: { ruleName: string }[] }[] };

/** The rules of AwsSolutions that a stack breaks, without those that are acknowledged. */
function findings(props: Partial<HainekoProps>, more: (stack: Stack) => void = () => {}): string[] {
  const app = appIn(folder);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  more(new HainekoStack(app, { stage: 'production', config, ...props }));
  try {
    app.synth();
  } catch (error) {
    // the report is there all the same
    if (!(error instanceof Error && error.name === 'ValidationFailed')) throw error;
  }
  const report = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8')) as Report;
  const rules = report.pluginReports.flatMap(({ violations }) => violations.map((each) => each.ruleName));
  // our own warnings are in the report too
  return rules.filter((each) => each.startsWith('AwsSolutions-'));
}

describe('cdk-nag, AwsSolutions', () => {
  it.each<[string, Partial<HainekoProps>]>([
    ['the defaults', {}],
    ['tables by command', { tables: 'command' }],
    ['IAM and web pages', { authorization: 'iam', cors: { origins: ['https://app.neko.test'] } }],
    [
      'a domain and IPv6',
      { domain: { name: 'mail.neko.test', certificateArn: CERTIFICATE }, ipAddressType: 'dual-stack' },
    ],
    ['SES narrowed', { ses: { domain: 'neko.test', fromAddresses: ['*@neko.test'] } }],
    ['identities by name', { ses: { identities: ['neko.test'] } }],
    ['an outgoing address', { outgoingAddress: true }],
    [
      'a key and an e-mail address',
      {
        encryptionKey: { keyArn: 'arn:aws:kms:ap-northeast-1:123456789012:key/neko' },
        email: 'postmaster@neko.test',
      },
    ],
  ])('finds nothing in %s that is not acknowledged', (_, props) => {
    expect(findings(props)).toEqual([]);
  });

  it('looks: a bucket that is open to plain HTTP is found beside it', () => {
    expect(findings({}, (stack) => new Bucket(stack, 'Bucket'))).toContain('AwsSolutions-S10');
  });

  it('has each acknowledgement with a reason, and on as little as it is about', () => {
    const app = appIn(folder);
    new HainekoStack(app, { stage: 'production', config, outgoingAddress: true });
    const given = app.node.findAll().flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) => Object.entries(data as Record<string, string>))
        // the CDK acknowledges things of its own
        .filter(([id]) => id.includes('AwsSolutions'))
        .map(([id, reason]) => [node.path, id, reason]),
    );
    expect(given.map(([path]) => path).sort()).toEqual([
      'Haineko-production/Haineko/Api/HttpApi',
      'Haineko-production/Haineko/Outgoing/Vpc',
      ...Array<string>(4).fill('Haineko-production/Haineko/Submit/Role'),
    ]);
    for (const [, id = '', reason = ''] of given) {
      expect(id).toMatch(/AwsSolutions-/);
      expect(reason.length).toBeGreaterThan(40);
    }
  });
});
