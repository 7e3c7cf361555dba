import { describe, expect, it } from 'vitest';
import { DOCUMENTS, SHARDED } from '../../functions/tables/tables.ts';
import type { HainekoProps } from '../../infra/haineko.ts';
import { parseStackRecord, STACK_RECORD } from '../../infra/stack-record.ts';
import { synthesized, temporaryFolder } from './synthesized.ts';

const folder = temporaryFolder();
const KEY = 'arn:aws:kms:ap-northeast-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

/** The parameter as a stack lays it, and what the command reads in it. */
function laid(props: Partial<HainekoProps> = {}) {
  const { of, template, ids } = synthesized(folder, props);
  const [parameter, ...others] = of('AWS::SSM::Parameter').filter(({ Name }) =>
    String(Name).endsWith('/stack'),
  );
  expect(others).toEqual([]);
  return { template, ids, parameter, record: parseStackRecord(String(parameter?.['Value'])) };
}

describe("the stack's record", () => {
  it('says who lays the tables, where to POST, and where the log is', () => {
    const { parameter, record, ids } = laid();
    expect(parameter).toMatchObject({ Name: '/haineko/production/stack', Type: 'String', Tier: 'Standard' });
    expect(parameter?.['Description']).toMatch(/haineko command/);
    const [api] = ids('AWS::ApiGatewayV2::Api');
    expect(record).toMatchObject({
      tables: 'stack',
      authorization: 'none',
      url: `\${${api}.ApiEndpoint}`,
      function: `\${${ids('AWS::Lambda::Function')[0]}}`,
    });
    expect(ids('AWS::Logs::LogGroup').map((id) => `\${${id}}`)).toContain(record.log);
    expect(record.encryptionKey).toBeUndefined();
  });

  it('is laid where the command lays the tables, too: else nobody could tell', () => {
    const { record } = laid({ tables: 'command', authorization: 'iam', encryptionKey: { keyArn: KEY } });
    expect(record).toMatchObject({ tables: 'command', authorization: 'iam', encryptionKey: KEY });
  });

  it('has the address that clients use: the domain of the stage where it has one', () => {
    const certificateArn = 'arn:aws:acm:ap-northeast-1:123456789012:certificate/1';
    const { record, ids } = laid({ domain: { name: 'mail.neko.test', certificateArn } });
    expect(record.url).toBe(`https://\${${ids('AWS::ApiGatewayV2::DomainName')[0]}}`);
  });

  it('goes with the stack, and nothing waits for it', () => {
    const { template } = laid();
    const resources = template.toJSON()['Resources'] as Record<
      string,
      { Properties?: Record<string, unknown>; DeletionPolicy?: string; DependsOn?: string[] }
    >;
    const [[id, own] = []] = Object.entries(resources).filter(
      ([, { Properties }]) => Properties?.['Name'] === '/haineko/production/stack',
    );
    expect(own?.DeletionPolicy).toBeUndefined();
    const others = Object.entries(resources).filter(([other]) => other !== id);
    expect(JSON.stringify(others)).not.toContain(`"${id}"`);
  });

  it('has a name that no table has', () => {
    expect([...DOCUMENTS, ...SHARDED, 'authinfo', 'relayhosts']).not.toContain(STACK_RECORD);
  });
});

describe('parseStackRecord()', () => {
  const RECORD = { tables: 'stack', authorization: 'none', url: 'https://a.test', function: 'f', log: 'l' };

  it('takes what a newer stack tells beside it', () => {
    expect(parseStackRecord(JSON.stringify({ ...RECORD, colour: 'black' }))).toEqual(RECORD);
  });

  it.each([
    ['not JSON', 'tables: stack', 'stack: expected JSON, as cdk deploy lays it, got another text'],
    [
      'another owner',
      JSON.stringify({ ...RECORD, tables: 'cat' }),
      `stack: tables: expected 'stack' or 'command', got "cat"`,
    ],
    [
      'no URL',
      JSON.stringify({ ...RECORD, url: undefined }),
      'stack: url: expected a value for this key, got nothing',
    ],
    ['a list', '[]', 'stack: expected a mapping, got a list'],
  ])('throws a ConfigError for %s', (_, text, message) => {
    expect(() => parseStackRecord(text)).toThrow(message);
  });
});
