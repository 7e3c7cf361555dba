import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import type { HainekoProps } from '../../infra/haineko.ts';
import { HainekoStack } from '../../infra/stack.ts';
import { STAGES } from '../../infra/stages.ts';
import { plain } from './plain.ts';
import { appIn, synthesized, TABLES, tablesIn, temporaryFolder } from './synthesized.ts';

const folder = temporaryFolder();

/** Everything that a stack may have. */
const ALL: Omit<HainekoProps, 'stage'> = {
  ses: { domain: 'neko.test' },
  outgoingAddress: true,
  email: 'postmaster@neko.test',
  cors: { origins: ['https://app.neko.test'] },
};

/** The property by which each type takes a physical name. */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::EC2::SecurityGroup': 'GroupName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SES::ConfigurationSet': 'Name',
  'AWS::SNS::Topic': 'TopicName',
};

/** Types that have no name of their own: parts of what they belong to. */
const NAMELESS = [
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::EC2::EIP',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::NatGateway',
  'AWS::EC2::Route',
  'AWS::EC2::RouteTable',
  'AWS::EC2::Subnet',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPC',
  'AWS::EC2::VPCEndpoint',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::IAM::Policy',
  'AWS::Lambda::Permission',
  'AWS::SES::ConfigurationSetEventDestination',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
];

describe('stages', () => {
  it('of one account and region do not touch one another', () => {
    const both = appIn(folder);
    const config = tablesIn(folder, TABLES);
    const stacks = ['prod', 'prod-eu'].map((stage) => new HainekoStack(both, { stage, config, ...ALL }));
    expect(stacks.map((each) => each.stackName)).toEqual(['Haineko-prod', 'Haineko-prod-eu']);
    const [prod = '', eu = ''] = stacks.map((each) =>
      JSON.stringify(plain(Template.fromStack(each).toJSON())),
    );
    expect(prod).toContain('parameter/haineko/prod/*');
    expect(prod).not.toContain('prod-eu');
    expect(eu).toContain('parameter/haineko/prod-eu/*');
    // neither the other's tables nor its metrics, labels or descriptions
    expect(eu).not.toMatch(/\bprod\b(?!-eu)/);
    // nothing is handed from one to the other
    for (const each of [prod, eu]) expect(each).not.toContain('Fn::ImportValue');
  });

  it('give no resource a name that a second copy would need too', () => {
    const { template } = synthesized(folder, ALL);
    const named = Object.entries(NAMES).filter(([type, key]) =>
      Object.values(template.findResources(type)).some((each) => key in (each['Properties'] ?? {})),
    );
    expect(named).toEqual([]);
    // every type is known here: a new one is looked at before it passes
    const types = new Set(
      Object.values<{ Type: string }>(template.toJSON()['Resources']).map((each) => each.Type),
    );
    expect([...types].filter((type) => !(type in NAMES) && !NAMELESS.includes(type)).sort()).toEqual([
      // a label, of which there may be two
      'AWS::ApiGatewayV2::Api',
      // a domain is an identity once in an account and region, whoever makes it
      'AWS::SES::EmailIdentity',
      // where the stage's function looks for them: the stage is in their names
      'AWS::SSM::Parameter',
    ]);
  });

  it('are called as a stage may be, or an error says how', () => {
    for (const wrong of ['', 'Prod', 'a_b', '-a', 'a-', 'a/b', 'a.b', '本番', 'a'.repeat(33)]) {
      expect(() => new HainekoStack(appIn(folder), { stage: wrong }), wrong).toThrow(
        `stage: expected 1 to 32 of a-z, 0-9 and -, with no - at either end, as in: cdk deploy -c stage=production, got ${JSON.stringify(wrong)}`,
      );
    }
  });

  it('of this repository can all be synthesized', () => {
    expect(Object.keys(STAGES)).toContain('production');
    for (const [stage, props] of Object.entries(STAGES)) {
      expect(() => Template.fromStack(new HainekoStack(appIn(folder), { stage, ...props }))).not.toThrow();
    }
  });
});
