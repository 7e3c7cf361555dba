import { readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { METRICS, type MetricName, NAMESPACE } from '../../functions/app/metrics.ts';
import { alarmList } from '../../infra/watch/alarm-list.ts';
import { everyOwnMetric, ownMetric } from '../../infra/watch/metrics.ts';
import { type Properties, synthesized, temporaryFolder } from './synthesized.ts';

const folder = temporaryFolder();

type Dimensions = readonly { readonly Name: string; readonly Value: string }[];
type Asked = { readonly Namespace?: string; readonly MetricName?: string; readonly Dimensions?: Dimensions };

/** The metrics that an alarm looks at, as they are published. */
function metricsOf(alarm: Properties): Asked[] {
  const parts = alarm['Metrics'] as readonly { MetricStat?: { Metric: Asked } }[] | undefined;
  return parts ? parts.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) : [alarm as Asked];
}

describe('alarms', () => {
  const { of, ids, template, outputs } = synthesized(folder, { email: 'postmaster@neko.test' });
  const [topic] = ids('AWS::SNS::Topic');
  const alarms = of('AWS::CloudWatch::Alarm');
  const byName = (name: string) =>
    alarms.find((each) => String(each['AlarmDescription']).includes(`, ${name}:`));

  it('tell the topic when they begin and when they end, and say what has happened', () => {
    expect(alarms).toHaveLength(10);
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({ AlarmActions: [`\${${topic}}`], OKActions: [`\${${topic}}`] });
      expect(alarm['AlarmDescription']).toMatch(
        /^Haineko production, [A-Z]\w+: .+ What to do: docs\/operate\.md$/,
      );
      // no mail, no alarm
      expect(alarm['TreatMissingData']).toBe('notBreaching');
      expect(alarm).not.toHaveProperty('AlarmName');
    }
    expect(outputs['Alarms']).toBe(`\${${topic}}`);
  });

  it('look at metrics that are published, by dimensions of this stage', () => {
    const [fn] = ids('AWS::Lambda::Function');
    for (const { Namespace, MetricName: name = '', Dimensions = [] } of alarms.flatMap(metricsOf)) {
      if (Namespace === 'AWS/Lambda') {
        expect(['Errors', 'Throttles', 'Duration']).toContain(name);
        expect(Dimensions).toEqual([{ Name: 'FunctionName', Value: `\${${fn}}` }]);
        continue;
      }
      expect(Namespace).toBe(NAMESPACE);
      const sets: readonly (readonly string[])[] = METRICS[name as MetricName].dimensions;
      const names = Dimensions.map((each) => each.Name).sort();
      expect(sets.map((set) => [...set].sort())).toContainEqual(names);
      expect(Dimensions).toContainEqual({ Name: 'stage', Value: 'production' });
    }
  });

  it.each([
    // one alone is an honest 503
    [
      'NoTables',
      { MetricName: 'Replies', Statistic: 'Sum', Threshold: 2, EvaluationPeriods: 1, Period: 900 },
    ],
    [
      'OldTables',
      {
        MetricName: 'TableAge',
        Statistic: 'Maximum',
        Threshold: 180,
        DatapointsToAlarm: 2,
        EvaluationPeriods: 3,
      },
    ],
    ['Unknown', { MetricName: 'Replies', Statistic: 'Sum', Threshold: 0, EvaluationPeriods: 1 }],
    [
      'SsmFailures',
      {
        MetricName: 'SsmFailures',
        Statistic: 'Sum',
        Threshold: 4,
        DatapointsToAlarm: 2,
        EvaluationPeriods: 3,
      },
    ],
    [
      'JournalFailures',
      {
        MetricName: 'JournalFailures',
        Statistic: 'Sum',
        Threshold: 4,
        DatapointsToAlarm: 2,
        EvaluationPeriods: 3,
      },
    ],
    [
      'RefusedCredential',
      { MetricName: 'CredentialRefreshes', Statistic: 'Sum', Threshold: 4, DatapointsToAlarm: 2 },
    ],
    ['Errors', { MetricName: 'Errors', Statistic: 'Sum', Threshold: 0, EvaluationPeriods: 1 }],
    ['Throttles', { MetricName: 'Throttles', Statistic: 'Sum', Threshold: 0, EvaluationPeriods: 1 }],
    [
      'Duration',
      { MetricName: 'Duration', ExtendedStatistic: 'p99', Threshold: 25_000, DatapointsToAlarm: 2 },
    ],
  ])('%s goes off at its value', (name, expected) => {
    expect(byName(name)).toMatchObject({
      Period: 300,
      ...expected,
      ComparisonOperator: 'GreaterThanThreshold',
    });
  });

  it('NoTables and Unknown look at their outcome alone', () => {
    expect(byName('NoTables')?.['Dimensions']).toEqual(
      expect.arrayContaining([
        { Name: 'mailer', Value: 'none' },
        { Name: 'outcome', Value: 'deferred' },
      ]),
    );
    expect(byName('Unknown')?.['Dimensions']).toEqual(
      expect.arrayContaining([{ Name: 'outcome', Value: 'unknown' }]),
    );
  });

  it('Deferred goes by the share of all replies, and not by a few: an honest 503 is no alarm', () => {
    expect(byName('Deferred')).toMatchObject({
      Threshold: 0.5,
      Metrics: expect.arrayContaining([
        expect.objectContaining({ Expression: 'IF(tried >= 10, some / tried, 0)' }),
        expect.objectContaining({
          Id: 'some',
          MetricStat: expect.objectContaining({
            Stat: 'Sum',
            Period: 900,
            Metric: expect.objectContaining({
              MetricName: 'Replies',
              Dimensions: expect.arrayContaining([{ Name: 'outcome', Value: 'deferred' }]),
            }),
          }),
        }),
        expect.objectContaining({
          Id: 'tried',
          MetricStat: expect.objectContaining({
            Stat: 'SampleCount',
            Period: 900,
            Metric: expect.objectContaining({ MetricName: 'RelayTime' }),
          }),
        }),
      ]),
    });
    // the gateway's own count of 5xx has our 503 in it
    expect(JSON.stringify(alarms)).not.toMatch(/5xx|ApiGateway/i);
  });

  it('may publish, though the topic has a policy of its own, and only over TLS', () => {
    const [policy] = of('AWS::SNS::TopicPolicy');
    expect(policy?.['PolicyDocument']).toMatchObject({
      Statement: [
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        {
          Sid: 'AlarmsOfThisAccount',
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: `\${${topic}}`,
          Condition: {
            StringEquals: { 'aws:SourceAccount': `\${AWS::AccountId}` },
            ArnLike: {
              'aws:SourceArn': `arn:\${AWS::Partition}:cloudwatch:\${AWS::Region}:\${AWS::AccountId}:alarm:*`,
            },
          },
        },
      ],
    });
  });

  it('reach the address of `email`, and nobody where there is none', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'postmaster@neko.test',
      TopicArn: { Ref: Match.exact(topic ?? '') },
    });
    synthesized(folder).template.resourceCountIs('AWS::SNS::Subscription', 0);
  });

  it('have each a section in docs/operate.md that says what to do', () => {
    const page = readFileSync(new URL('../../docs/operate.md', import.meta.url), 'utf8');
    const target = LambdaFunction.fromFunctionArn(
      new Stack(),
      'F',
      'arn:aws:lambda:ap-northeast-1:123456789012:function:f',
    );
    for (const { name } of alarmList('test', target)) expect(page).toContain(`\n### ${name}\n`);
  });
});

describe('the dashboard', () => {
  const { of } = synthesized(folder);
  const [dashboard] = of('AWS::CloudWatch::Dashboard');
  const body = JSON.parse(String(dashboard?.['DashboardBody']).replaceAll('${', '$ {')) as {
    widgets: { type: string; properties: { title?: string; metrics?: unknown[] } }[];
  };
  const titled = (title: RegExp) =>
    JSON.stringify(
      body.widgets.find(({ properties }) => title.test(properties.title ?? ''))?.properties.metrics,
    );

  it('answers whether mail is flowing, by mailer and outcome, how slow, and how old the tables are', () => {
    expect(titled(/flowing/)).toContain('"Submissions","stage","production"');
    expect(titled(/flowing/)).toContain('"RelayTime","stage","production"');
    expect(titled(/mailer/)).toContain(
      String.raw`SEARCH('{Haineko,stage,mailer,outcome} MetricName=\"Replies\" stage=\"production\"', 'Sum', 300)`,
    );
    expect(titled(/which end\?$/)).toContain('Replies');
    expect(titled(/slow are the mail/)).toContain(
      String.raw`SEARCH('{Haineko,stage,mailer} MetricName=\"RelayTime\" stage=\"production\"', 'p99', 300)`,
    );
    for (const part of ['p50', 'p95', 'p99']) expect(titled(/slow are the mail/)).toContain(`'${part}', 300`);
    expect(titled(/old/)).toMatch(/"TableAge","stage","production",\{[^}]*"stat":"Maximum"/);
    expect(titled(/slow is the function/)).toMatch(/Duration.*p50.*Duration.*p99/);
    expect(titled(/^Do SSM, the journal and the credentials work\?$/)).toMatch(
      /SsmFailures.*JournalFailures.*CredentialRefreshes/,
    );
    expect(titled(/function run/)).toMatch(/Invocations.*Errors.*Throttles.*ConcurrentExecutions/);
  });

  it('has no name of its own: dashboards of all regions share one room', () => {
    expect(dashboard).not.toHaveProperty('DashboardName');
  });
});

describe('ownMetric() and everyOwnMetric()', () => {
  it('refuse dimensions that the metric is not published by', () => {
    expect(() => ownMetric('TableAge', { stage: 'test', mailer: 'ESMTP' })).toThrow(
      'TableAge is not published by mailer,stage',
    );
    expect(() =>
      everyOwnMetric('RelayTime', ['stage', 'outcome'], { stage: 'test', statistic: 'p50', label: '' }),
    ).toThrow('RelayTime is not published by outcome,stage');
  });
});
