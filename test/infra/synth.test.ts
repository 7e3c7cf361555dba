import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { Haineko } from '../../infra/haineko.ts';
import { HainekoStack } from '../../infra/stack.ts';
import { plain } from './plain.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'haineko-synth-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** An app whose assets are not bundled: what the templates say does not hang on the code. */
function app(): App {
  return new App({
    outdir: mkdtempSync(join(temporary, 'out-')),
    context: { 'aws:cdk:bundling-stacks': [] },
  });
}

function templateOf(stage: string): Template {
  return Template.fromStack(new HainekoStack(app(), stage));
}

type Properties = Record<string, unknown>;

/** The properties of all resources of a type, with ARNs as plain text. */
function resources(template: Template, type: string): Properties[] {
  return Object.values(template.findResources(type)).map((each) => plain(each['Properties']) as Properties);
}

describe('HainekoStack', () => {
  const template = templateOf('production');

  it('runs the function on arm64 and Node 24, with 512 MB and 29 s', () => {
    template.resourceCountIs('AWS::Lambda::Function', 1);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Architectures: ['arm64'],
      Runtime: 'nodejs24.x',
      Handler: 'submit.handler',
      MemorySize: 512,
      Timeout: 29,
    });
  });

  it('tells the function its stage and where its tables are, and nothing more', () => {
    const [fn] = resources(template, 'AWS::Lambda::Function');
    expect(fn?.['Environment']).toEqual({
      Variables: { HAINEKO_PREFIX: '/haineko/production/' },
    });
  });

  it('logs as JSON into a log group of its own that ends what it keeps', () => {
    template.resourceCountIs('AWS::Logs::LogGroup', 1);
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
    const [log] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
    template.hasResourceProperties('AWS::Lambda::Function', {
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: log } },
    });
  });

  it('allows its log, its parameters, sending by SES, and nothing else', () => {
    const [log] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
    const own = (service: string) => `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}`;
    const policies = resources(template, 'AWS::IAM::Policy');
    expect(policies.map((each) => each['PolicyDocument'])).toEqual([
      {
        Version: '2012-10-17',
        Statement: [
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
            Sid: 'SendByAmazonSES',
            Effect: 'Allow',
            Action: 'ses:SendRawEmail',
            Resource: [`${own('ses')}:identity/*`, `${own('ses')}:configuration-set/*`],
          },
        ],
      },
    ]);
    template.resourceCountIs('AWS::IAM::ManagedPolicy', 0);
    template.allResourcesProperties('AWS::IAM::Role', {
      ManagedPolicyArns: Match.absent(),
      Policies: Match.absent(),
    });
  });

  it('lets only Lambda take the role, and only its own API call the function', () => {
    const [role] = resources(template, 'AWS::IAM::Role');
    expect(role?.['AssumeRolePolicyDocument']).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
      ],
    });
    const [api] = Object.keys(template.findResources('AWS::ApiGatewayV2::Api'));
    const permissions = resources(template, 'AWS::Lambda::Permission');
    expect(permissions).toHaveLength(1);
    expect(permissions[0]).toMatchObject({
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceArn: `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${api}}/*/*`,
    });
  });

  it('routes everything of an HTTP API into the function, payload 2.0, without a stage in the path', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { ProtocolType: 'HTTP' });
    template.resourceCountIs('AWS::ApiGatewayV2::Route', 1);
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey: '$default' });
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', { StageName: '$default', AutoDeploy: true });
    template.resourceCountIs('AWS::ApiGatewayV2::Integration', 1);
    template.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
      IntegrationType: 'AWS_PROXY',
      PayloadFormatVersion: '2.0',
      // absent: 30 s, the most that HTTP API has; the function's own 29 s come first
      TimeoutInMillis: Match.absent(),
    });
  });

  it('gives no resource a name that a second copy would need too', () => {
    for (const [type, name] of [
      ['AWS::Lambda::Function', 'FunctionName'],
      ['AWS::Logs::LogGroup', 'LogGroupName'],
      ['AWS::IAM::Role', 'RoleName'],
    ] as const) {
      template.allResourcesProperties(type, { [name]: Match.absent() });
    }
  });

  it('prints where to POST and where the tables are', () => {
    const outputs = plain(template.findOutputs('*')) as Record<string, { Value: string }>;
    const [api] = Object.keys(template.findResources('AWS::ApiGatewayV2::Api'));
    expect(outputs['Url']?.Value).toBe(`\${${api}.ApiEndpoint}`);
    expect(outputs['Tables']?.Value).toBe('/haineko/production/');
  });

  it('keeps two stages of one app apart', () => {
    const both = app();
    const stacks = [new HainekoStack(both, 'prod'), new HainekoStack(both, 'prod-eu')];
    expect(stacks.map((each) => each.stackName)).toEqual(['Haineko-prod', 'Haineko-prod-eu']);
    const [prod, eu] = stacks.map((each) => JSON.stringify(plain(Template.fromStack(each).toJSON())));
    expect(prod).toContain('parameter/haineko/prod/*');
    expect(prod).not.toContain('prod-eu');
    expect(eu).toContain('parameter/haineko/prod-eu/*');
    expect(eu).not.toMatch(/haineko\/prod\//);
    // nothing is handed from one to the other
    expect(prod).not.toContain('Fn::ImportValue');
    expect(eu).not.toContain('Fn::ImportValue');
  });

  it('says what a stage may be called when the name is wrong', () => {
    for (const wrong of ['', 'Prod', 'a_b', '-a', 'a-', 'a/b', 'a.b', '本番', 'a'.repeat(33)]) {
      expect(() => new HainekoStack(app(), wrong), wrong).toThrow(
        `Not a stage: ${JSON.stringify(wrong)}. A stage is 1 to 32 of a-z, 0-9 and -`,
      );
    }
  });
});

describe('Haineko', () => {
  it('stands in a stack of somebody else, more than once', () => {
    const stack = new Stack(app(), 'Theirs');
    const first = new Haineko(stack, 'First', { stage: 'first' });
    const second = new Haineko(stack, 'Second', { stage: 'second' });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::ApiGatewayV2::Api', 2);
    template.resourceCountIs('AWS::Lambda::Function', 2);
    expect([first.parameterPrefix, second.parameterPrefix]).toEqual(['/haineko/first/', '/haineko/second/']);
    expect(first.url).not.toBe(second.url);
  });
});

describe('cdk synth', () => {
  const NO_NETWORK = join(ROOT, 'test', 'infra', 'no-network.cjs');

  /** Runs Node where the network is cut and watched, no AWS account is set up, and the home folder is empty. */
  function cut(args: readonly string[], name: string) {
    const home = join(temporary, name);
    mkdirSync(home);
    const log = join(home, 'network.log');
    const started = performance.now();
    const ended = spawnSync(execPath, args, {
      cwd: ROOT,
      encoding: 'utf8',
      env: {
        PATH: env['PATH'],
        HOME: home,
        TMPDIR: home,
        NETWORK_LOG: log,
        NODE_OPTIONS: `--require ${NO_NETWORK}`,
      },
    });
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    return { ...ended, lines, seconds: (performance.now() - started) / 1000, home };
  }

  it('is watched: an attempt to connect, to look up or to fetch is seen', () => {
    const script = `
      require('net').connect(25, '192.0.2.1').on('error', () => {});
      require('dns').lookup('one.invalid', () => {});
      import('node:dns/promises').then((dns) => dns.lookup('two.invalid')).catch(() => {});
      require('https').get('https://192.0.2.2/').on('error', () => {});
      fetch('http://192.0.2.3/').catch(() => {});`;
    const { lines } = cut(['-e', script], 'watched');
    expect(lines.filter((line) => line.startsWith('attempt')).sort()).toEqual([
      'attempt connect 192.0.2.1:25',
      'attempt connect 192.0.2.2:443',
      'attempt connect 192.0.2.3:80',
      'attempt dns.lookup one.invalid',
      'attempt dns.promises.lookup two.invalid',
    ]);
  });

  it('works with no account and no network, and tries to reach none', { timeout: 60_000 }, () => {
    const out = join(temporary, 'assembly');
    const ended = cut(['node_modules/aws-cdk/bin/cdk', 'synth', '--quiet', '--output', out], 'synth');
    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.lines.filter((line) => line.startsWith('attempt'))).toEqual([]);
    // both were watched: the CLI, and the app that it started
    expect(ended.lines.some((line) => line.includes('cdk synth'))).toBe(true);
    expect(ended.lines.some((line) => line.includes('infra/app.ts'))).toBe(true);
    expect(ended.seconds).toBeLessThan(20);

    const template = JSON.parse(readFileSync(join(out, 'Haineko-production.template.json'), 'utf8'));
    expect(Object.values<{ Type: string }>(template.Resources).map((each) => each.Type)).not.toContain(
      'AWS::CDK::Metadata',
    );
    const [asset = ''] = readdirSync(out).filter((name) => name.startsWith('asset.'));
    expect(existsSync(join(out, asset, 'submit.mjs'))).toBe(true);
    expect(readdirSync(join(out, asset)).sort()).toEqual(['chunks', 'submit.mjs']);
  });
});
