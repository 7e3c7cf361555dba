import { Fn, Token } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import type { Haineko, HainekoProps } from '../../infra/haineko.ts';
import { type Synthesized, synthesized, temporaryFolder } from './synthesized.ts';

const folder = temporaryFolder();

/** The table as the template has it, policies included: it is the only one. */
function tableOf({ template }: Synthesized): Readonly<Record<string, unknown>> {
  const [table = {}, ...others] = Object.values(template.findResources('AWS::DynamoDB::Table'));
  expect(others).toEqual([]);
  return table;
}

/** What the function is told, as the template says it. */
function told(journal: HainekoProps['journal'] & object): Readonly<Record<string, unknown>> {
  const [fn] = synthesized(folder, { journal }).of('AWS::Lambda::Function') as {
    Environment: { Variables: Record<string, unknown> };
  }[];
  const { HAINEKO_PREFIX: _, HAINEKO_JOURNAL, ...rest } = fn?.Environment.Variables ?? {};
  // whatever it keeps, the table is there
  expect(HAINEKO_JOURNAL).toMatch(/^\$\{HainekoJournalTable\w+\}$/);
  return rest;
}

describe('the journal', () => {
  const made = synthesized(folder);
  const [id] = made.ids('AWS::DynamoDB::Table');

  it('is one table, by what its rows are found and when they expire, paid by use', () => {
    // the whole of it: no name, no index, no key of KMS, no stream
    expect(tableOf(made)['Properties']).toEqual({
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    });
  });

  it('is named to the function, by an output, and to whoever uses the construct', () => {
    const [fn] = made.of('AWS::Lambda::Function');
    expect(fn?.['Environment']).toMatchObject({ Variables: { HAINEKO_JOURNAL: `\${${id}}` } });
    expect(made.outputs['Journal']).toBe(`\${${id}}`);
    const haineko = made.stack.node.findChild('Haineko') as Haineko;
    expect(made.stack.resolve(haineko.journal.tableName)).toEqual({ Ref: id });
  });

  it("is not in the stack's record: the command does not read it", () => {
    const record = made.of('AWS::SSM::Parameter').find(({ Name }) => String(Name).endsWith('/stack'));
    expect(record?.['Value']).toContain('"function"');
    expect(record?.['Value']).not.toContain(id);
  });
});

describe('journal and retain', () => {
  const kept = (props: Parameters<typeof synthesized>[1]) => {
    const table = tableOf(synthesized(folder, props));
    const { DeletionProtectionEnabled } = table['Properties'] as Readonly<Record<string, unknown>>;
    return [DeletionProtectionEnabled, table['DeletionPolicy'], table['UpdateReplacePolicy']];
  };

  it('keep the table beyond the stack, and from being deleted, in production', () => {
    expect(kept({})).toEqual([true, 'Retain', 'Retain']);
    expect(kept({ stage: 'test' })).toEqual([false, 'Delete', 'Delete']);
  });

  it('do as they are told', () => {
    expect(kept({ retain: false })).toEqual([false, 'Delete', 'Delete']);
    expect(kept({ stage: 'test', retain: true })).toEqual([true, 'Retain', 'Retain']);
  });
});

describe('what the function is told of `journal`', () => {
  it.each<[string, HainekoProps['journal'] & object, object]>([
    ['nothing, by default', {}, {}],
    ['nothing that is the default anyway', { status: true }, {}],
    ['not to keep mails without a key', { status: false }, { HAINEKO_STATUS: 'off' }],
    ['how long a key is remembered', { keyHours: 48 }, { HAINEKO_KEY_HOURS: '48' }],
    ['how long the rest is kept', { days: 365 }, { HAINEKO_JOURNAL_DAYS: '365' }],
    [
      'all of it',
      { status: false, keyHours: 1, days: 1 },
      { HAINEKO_STATUS: 'off', HAINEKO_KEY_HOURS: '1', HAINEKO_JOURNAL_DAYS: '1' },
    ],
    [
      'a number that only the deployment knows',
      { days: Token.asNumber(Fn.importValue('Days')) },
      { HAINEKO_JOURNAL_DAYS: { 'Fn::ImportValue': 'Days' } },
    ],
  ])('is %s', (_, journal, environment) => {
    expect(told(journal)).toEqual(environment);
  });
});
