import { Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { Haineko } from '../../infra/haineko.ts';
import { appIn, read, synthesized, TABLES, tablesIn, temporaryFolder } from './synthesized.ts';

type Stage = { readonly AccessLogSettings: { readonly Format: string; readonly DestinationArn: string } };

const folder = temporaryFolder();
const CERTIFICATE = 'arn:aws:acm:ap-northeast-1:123456789012:certificate/neko';

describe('the API', () => {
  const { template, of, outputs, ids } = synthesized(folder);

  it('is an HTTP API whose one route goes into the function, payload 2.0', () => {
    expect(of('AWS::ApiGatewayV2::Api')).toEqual([
      { Name: 'Haineko-production', ProtocolType: 'HTTP', IpAddressType: 'ipv4' },
    ]);
    expect(of('AWS::ApiGatewayV2::Route')).toEqual([
      expect.objectContaining({ RouteKey: '$default', AuthorizationType: 'NONE' }),
    ]);
    template.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
      IntegrationType: 'AWS_PROXY',
      PayloadFormatVersion: '2.0',
      // absent: 30 s, the most that HTTP API has; the function's own 29 s come first
      TimeoutInMillis: Match.absent(),
    });
    const [api] = ids('AWS::ApiGatewayV2::Api');
    expect(outputs['Url']).toBe(`\${${api}.ApiEndpoint}`);
  });

  it('has one stage, $default, which is not in the path, and throttles', () => {
    expect(of('AWS::ApiGatewayV2::Stage')).toHaveLength(1);
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
    });
  });

  it('throttles as `throttle` says', () => {
    synthesized(folder, { throttle: { rate: 5, burst: 7 } }).template.hasResourceProperties(
      'AWS::ApiGatewayV2::Stage',
      { DefaultRouteSettings: { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 7 } },
    );
  });

  it('logs each access as JSON, without query string, header or body', () => {
    const [stage] = of('AWS::ApiGatewayV2::Stage') as Stage[];
    const format = JSON.parse(stage?.AccessLogSettings.Format ?? '') as Record<string, string>;
    expect(format).toEqual({
      requestId: '$context.requestId',
      time: '$context.requestTime',
      ip: '$context.identity.sourceIp',
      method: '$context.httpMethod',
      // without its query string, whatever else API Gateway could tell
      path: '$context.path',
      protocol: '$context.protocol',
      status: '$context.status',
      responseLength: '$context.responseLength',
      responseLatency: '$context.responseLatency',
      integrationStatus: '$context.integrationStatus',
      error: '$context.error.message',
      integrationError: '$context.integrationErrorMessage',
    });
    const log = ids('AWS::Logs::LogGroup').find((id) => id.includes('AccessLog'));
    expect(stage?.AccessLogSettings.DestinationArn).toContain(`${log}.Arn`);
    expect(outputs['AccessLog']).toBe(`\${${log}}`);
  });

  it('lets nobody but this API call the function', () => {
    const [api] = ids('AWS::ApiGatewayV2::Api');
    expect(of('AWS::Lambda::Permission')).toEqual([
      expect.objectContaining({
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${api}}/*/*`,
      }),
    ]);
  });

  it('prints where tables, log and dashboard are', () => {
    expect(outputs['Tables']).toBe('/haineko/production/');
    expect(outputs['Log']).toBe(`\${${ids('AWS::Logs::LogGroup').find((id) => id.includes('Submit'))}}`);
    expect(outputs['Dashboard']).toBe(`\${${ids('AWS::CloudWatch::Dashboard')[0]}}`);
  });

  it('prints a curl line to paste', () => {
    const [api] = ids('AWS::ApiGatewayV2::Api');
    expect(outputs['Curl']).toBe(
      `curl -u USER:PASSWORD '\${${api}.ApiEndpoint}/submit' -d ` +
        `'{"ehlo":"[127.0.0.1]","mail":"SENDER","rcpt":["RECIPIENT"],"header":{"subject":"Nyaa"},"body":"Nyaaaaa"}'`,
    );
  });
});

describe('authorization: iam', () => {
  const { of, outputs } = synthesized(folder, { authorization: 'iam' });

  it('takes signed requests alone', () => {
    expect(of('AWS::ApiGatewayV2::Route').map((each) => each['AuthorizationType'])).toEqual(['AWS_IAM']);
  });

  it('tells the function that nobody comes without a signature', () => {
    const [fn] = of('AWS::Lambda::Function');
    expect(fn?.['Environment']).toEqual({
      Variables: {
        HAINEKO_PREFIX: '/haineko/production/',
        HAINEKO_AUTHORIZATION: 'iam',
        HAINEKO_JOURNAL: expect.any(String),
      },
    });
  });

  it('logs the principal', () => {
    const [stage] = of('AWS::ApiGatewayV2::Stage') as Stage[];
    expect(JSON.parse(stage?.AccessLogSettings.Format ?? '')).toHaveProperty(
      'user',
      '$context.identity.userArn',
    );
  });

  it('prints a curl line that signs', () => {
    expect(outputs['Curl']).toMatch(
      /^curl --aws-sigv4 aws:amz:\$\{AWS::Region\}:execute-api --user "\$AWS_ACCESS_KEY_ID:\$AWS_SECRET_ACCESS_KEY" -H "x-amz-security-token: \$AWS_SESSION_TOKEN" '/,
    );
  });

  it('lets in whom grantInvoke() names, by a policy of theirs', () => {
    const app = appIn(folder);
    const stack = new Stack(app, 'Theirs');
    const config = tablesIn(folder, TABLES);
    const haineko = new Haineko(stack, 'Mail', { stage: 'test', config, authorization: 'iam' });
    const caller = new Role(stack, 'Caller', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    haineko.grantInvoke(caller).assertSuccess();
    const { of, ids } = read(stack);
    const [api] = ids('AWS::ApiGatewayV2::Api');
    expect(of('AWS::IAM::Policy')).toContainEqual(
      expect.objectContaining({
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'execute-api:Invoke',
              Resource: `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${api}}/*`,
            },
          ],
        },
      }),
    );
  });

  it('lets a preflight through unsigned, and nothing else', () => {
    const routes = synthesized(folder, {
      authorization: 'iam',
      cors: { origins: ['https://app.neko.test'] },
    }).of('AWS::ApiGatewayV2::Route');
    expect(routes.map((each) => [each['RouteKey'], each['AuthorizationType']])).toEqual(
      expect.arrayContaining([
        ['$default', 'AWS_IAM'],
        ['OPTIONS /{proxy+}', 'NONE'],
      ]),
    );
    expect(routes).toHaveLength(2);
  });
});

describe('cors', () => {
  it('is absent by default: no page may call the API', () => {
    const { template, of } = synthesized(folder);
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { CorsConfiguration: Match.absent() });
    const [fn] = of('AWS::Lambda::Function');
    expect(fn?.['Environment']).toEqual({
      Variables: { HAINEKO_PREFIX: '/haineko/production/', HAINEKO_JOURNAL: expect.any(String) },
    });
  });

  it('tells API Gateway and the function the origins', () => {
    const origins = ['https://app.neko.test', 'https://admin.neko.test'];
    const { template } = synthesized(folder, { cors: { origins } });
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: {
        AllowOrigins: origins,
        AllowMethods: ['POST', 'GET'],
        AllowHeaders: [
          'authorization',
          'content-type',
          'idempotency-key',
          'x-amz-content-sha256',
          'x-amz-date',
          'x-amz-security-token',
        ],
        MaxAge: 3600,
        ExposeHeaders: ['idempotency-replayed', 'retry-after'],
        // a password is in its header: no cookies, and none that a browser remembers
        AllowCredentials: Match.absent(),
      },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { HAINEKO_ORIGINS: origins.join(',') } },
    });
  });
});

describe('domain', () => {
  const domain = { name: 'mail.neko.test', certificateArn: CERTIFICATE };

  it('stands before the API, and in the outputs', () => {
    const { template, outputs, ids } = synthesized(folder, { domain });
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: 'mail.neko.test',
      DomainNameConfigurations: [
        Match.objectLike({ CertificateArn: CERTIFICATE, EndpointType: 'REGIONAL', IpAddressType: 'ipv4' }),
      ],
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { Stage: '$default' });
    const [name] = ids('AWS::ApiGatewayV2::DomainName');
    expect(outputs['DomainTarget']).toBe(`\${${name}.RegionalDomainName}`);
    template.resourceCountIs('AWS::Route53::RecordSet', 0);
  });

  it('is the URL', () => {
    const { outputs, ids, template } = synthesized(folder, { domain });
    const [name] = ids('AWS::ApiGatewayV2::DomainName');
    expect(outputs['Url']).toBe(`https://\${${name}}`);
    // what Ref of a domain name gives is the name itself
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', { DomainName: 'mail.neko.test' });
  });

  it('has its records made where its zone is known: AAAA where the API is reached by IPv6', () => {
    const zoned = { ...domain, hostedZone: { hostedZoneId: 'Z0NEKO', zoneName: 'neko.test' } };
    const records = (ipAddressType: 'ipv4' | 'dual-stack') => {
      const { of, outputs, ids } = synthesized(folder, { domain: zoned, ipAddressType });
      expect(outputs['DomainTarget']).toBeUndefined();
      const [name] = ids('AWS::ApiGatewayV2::DomainName');
      for (const record of of('AWS::Route53::RecordSet')) {
        expect(record['AliasTarget']).toEqual({
          DNSName: `\${${name}.RegionalDomainName}`,
          HostedZoneId: `\${${name}.RegionalHostedZoneId}`,
        });
      }
      return of('AWS::Route53::RecordSet').map((each) => [each['Type'], each['Name'], each['HostedZoneId']]);
    };
    expect(records('ipv4')).toEqual([['A', 'mail.neko.test.', 'Z0NEKO']]);
    expect(records('dual-stack').sort()).toEqual([
      ['A', 'mail.neko.test.', 'Z0NEKO'],
      ['AAAA', 'mail.neko.test.', 'Z0NEKO'],
    ]);
  });
});

describe('ipAddressType', () => {
  it('opens API and domain to IPv6', () => {
    const { template } = synthesized(folder, {
      ipAddressType: 'dual-stack',
      domain: { name: 'mail.neko.test', certificateArn: CERTIFICATE },
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { IpAddressType: 'dualstack' });
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainNameConfigurations: [Match.objectLike({ IpAddressType: 'dualstack' })],
    });
  });
});
