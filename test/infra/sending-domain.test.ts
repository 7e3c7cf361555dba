import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { synthesized, temporaryFolder } from './synthesized.ts';

const folder = temporaryFolder();

describe('ses.domain', () => {
  const { template, of, ids, outputs } = synthesized(folder, { ses: { domain: 'neko.test' } });
  const [set] = ids('AWS::SES::ConfigurationSet');

  it('makes the identity, whose every mail has the configuration set', () => {
    expect(of('AWS::SES::EmailIdentity')).toEqual([
      { EmailIdentity: 'neko.test', ConfigurationSetAttributes: { ConfigurationSetName: `\${${set}}` } },
    ]);
  });

  it('gives the configuration set no name of its own: a second copy would need it too', () => {
    template.hasResourceProperties('AWS::SES::ConfigurationSet', { Name: Match.absent() });
    expect(outputs['ConfigurationSet']).toBe(`\${${set}}`);
  });

  it('sends what becomes of mails to EventBridge, and has SES write nothing into them', () => {
    expect(of('AWS::SES::ConfigurationSetEventDestination')).toEqual([
      {
        ConfigurationSetName: `\${${set}}`,
        EventDestination: {
          Enabled: true,
          EventBridgeDestination: {
            EventBusArn: `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:event-bus/default`,
          },
          MatchingEventTypes: ['send', 'reject', 'delivery', 'deliveryDelay', 'bounce', 'complaint'],
        },
      },
    ]);
  });

  it('prints the DKIM records that prove the domain', () => {
    const [identity] = ids('AWS::SES::EmailIdentity');
    for (const number of [1, 2, 3]) {
      expect(outputs[`Dkim${number}`]).toBe(
        `\${${identity}.DkimDNSTokenName${number}}. CNAME \${${identity}.DkimDNSTokenValue${number}}.`,
      );
    }
  });

  it('is not there where no domain is named', () => {
    const without = synthesized(folder, { ses: { identities: ['neko.test'] } });
    for (const type of ['EmailIdentity', 'ConfigurationSet', 'ConfigurationSetEventDestination']) {
      without.template.resourceCountIs(`AWS::SES::${type}`, 0);
    }
    expect(Object.keys(without.outputs)).toEqual([
      'Url',
      'Curl',
      'Tables',
      'Log',
      'AccessLog',
      'Journal',
      'Dashboard',
      'Alarms',
    ]);
  });
});
