import { Match } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { describe, expect, it } from 'vitest';
import { type Synthesized, synthesized, temporaryFolder } from './synthesized.ts';

const folder = temporaryFolder();
const own = (service: string) => `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}`;

type Policy = { readonly PolicyDocument: { readonly Statement: readonly unknown[] } };

function statements({ of }: Synthesized): readonly unknown[] {
  const [policy, ...others] = of('AWS::IAM::Policy') as Policy[];
  expect(others).toEqual([]);
  return policy?.PolicyDocument.Statement ?? [];
}

describe('the function', () => {
  const made = synthesized(folder);
  const { template, of, ids } = made;
  const log = ids('AWS::Logs::LogGroup').find((id) => id.includes('Submit'));
  const [journal] = ids('AWS::DynamoDB::Table');

  it('runs on arm64 and Node 24, with 512 MB and 29 s', () => {
    template.resourceCountIs('AWS::Lambda::Function', 1);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Architectures: ['arm64'],
      Runtime: 'nodejs24.x',
      Handler: 'submit.handler',
      MemorySize: 512,
      Timeout: 29,
      ReservedConcurrentExecutions: Match.absent(),
      VpcConfig: Match.absent(),
    });
  });

  it('is told where its tables and its journal are, and nothing more', () => {
    const [fn] = of('AWS::Lambda::Function');
    expect(fn?.['Environment']).toEqual({
      Variables: { HAINEKO_PREFIX: '/haineko/production/', HAINEKO_JOURNAL: `\${${journal}}` },
    });
  });

  it('logs as JSON into a log group of its own', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: log } },
    });
  });

  it('takes from the account no more instances than `reservedConcurrency` says', () => {
    synthesized(folder, { reservedConcurrency: 7 }).template.hasResourceProperties('AWS::Lambda::Function', {
      ReservedConcurrentExecutions: 7,
    });
  });

  it('may write its log, read its parameters, keep its journal, send by SES, and nothing else', () => {
    expect(statements(made)).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: `\${${log}.Arn}`,
      },
      {
        Sid: 'ReadTables',
        Effect: 'Allow',
        Action: 'ssm:GetParameters',
        Resource: `${own('ssm')}:parameter/haineko/production/*`,
      },
      {
        Sid: 'KeepJournal',
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
        Resource: `\${${journal}.Arn}`,
      },
      {
        Sid: 'SendByAmazonSES',
        Effect: 'Allow',
        Action: 'ses:SendRawEmail',
        Resource: [`${own('ses')}:configuration-set/*`, `${own('ses')}:identity/*`],
      },
    ]);
    template.resourceCountIs('AWS::IAM::ManagedPolicy', 0);
    template.resourceCountIs('AWS::IAM::Role', 1);
    template.allResourcesProperties('AWS::IAM::Role', {
      ManagedPolicyArns: Match.absent(),
      Policies: Match.absent(),
    });
  });

  it('has a role that only Lambda may take', () => {
    expect(of('AWS::IAM::Role')[0]?.['AssumeRolePolicyDocument']).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
      ],
    });
  });
});

describe('encryptionKey', () => {
  it("allows Decrypt by it for Parameter Store alone, and this stage's parameters alone", () => {
    const keyArn = 'arn:aws:kms:ap-northeast-1:123456789012:key/neko';
    expect(statements(synthesized(folder, { encryptionKey: { keyArn } }))).toContainEqual({
      Sid: 'DecryptCredentials',
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: keyArn,
      Condition: {
        StringEquals: { 'kms:ViaService': `ssm.\${AWS::Region}.amazonaws.com` },
        StringLike: {
          'kms:EncryptionContext:PARAMETER_ARN': `${own('ssm')}:parameter/haineko/production/*`,
        },
      },
    });
  });
});

describe('ses', () => {
  const sending = (ses: Parameters<typeof synthesized>[1] & object) =>
    statements(synthesized(folder, ses)).filter((each) => JSON.stringify(each).includes('ses:'));

  it('narrows the identities, configuration sets and addresses that the function sends as', () => {
    const ses = {
      identities: ['neko.test', 'kijitora@example.org'],
      configurationSets: ['neko'],
      fromAddresses: ['*@neko.test'],
    };
    expect(sending({ ses })).toEqual([
      {
        Sid: 'SendByAmazonSES',
        Effect: 'Allow',
        Action: 'ses:SendRawEmail',
        Resource: [
          `${own('ses')}:configuration-set/neko`,
          `${own('ses')}:identity/kijitora@example.org`,
          `${own('ses')}:identity/neko.test`,
        ],
        Condition: { StringLike: { 'ses:FromAddress': ['*@neko.test'] } },
      },
    ]);
  });

  it('leaves all of them beside `domain`, where no identities are named: the sandbox wants the recipients', () => {
    const all = [`${own('ses')}:configuration-set/*`, `${own('ses')}:identity/*`];
    expect(sending({ ses: { domain: 'neko.test' } })).toEqual([expect.objectContaining({ Resource: all })]);
    const more = { domain: 'neko.test', identities: ['neko.test', 'mike.test'] };
    const [statement] = sending({ ses: more }) as { Resource: string[] }[];
    expect(statement?.Resource).toContain(`${own('ses')}:configuration-set/*`);
  });

  it('gives no leave at all where there are no identities', () => {
    expect(sending({ ses: { identities: [] } })).toEqual([]);
  });

  it('narrows to the configuration set of `domain`, where that is the only identity', () => {
    const made = synthesized(folder, { ses: { domain: 'neko.test', identities: ['neko.test'] } });
    const [set] = made.ids('AWS::SES::ConfigurationSet');
    expect(statements(made)).toContainEqual(
      expect.objectContaining({
        Resource: [`${own('ses')}:configuration-set/\${${set}}`, `${own('ses')}:identity/neko.test`],
      }),
    );
  });
});

describe('logRetention and retain', () => {
  const logs = (props: Parameters<typeof synthesized>[1]) =>
    Object.values(synthesized(folder, props).template.findResources('AWS::Logs::LogGroup')).map((each) => [
      each['Properties'].RetentionInDays,
      each['DeletionPolicy'],
    ]);

  it('keep both logs for a month, and in production beyond the stack', () => {
    expect(logs({})).toEqual([
      [30, 'RetainExceptOnCreate'],
      [30, 'RetainExceptOnCreate'],
    ]);
    expect(logs({ stage: 'test' })).toEqual([
      [30, 'Delete'],
      [30, 'Delete'],
    ]);
  });

  it('do as they are told', () => {
    expect(logs({ retain: false, logRetention: RetentionDays.ONE_YEAR })).toEqual([
      [365, 'Delete'],
      [365, 'Delete'],
    ]);
    expect(logs({ stage: 'test', retain: true, logRetention: RetentionDays.ONE_DAY })).toEqual([
      [1, 'RetainExceptOnCreate'],
      [1, 'RetainExceptOnCreate'],
    ]);
  });
});
