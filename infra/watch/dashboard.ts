import { Duration } from 'aws-cdk-lib';
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  Stats,
  TextWidget,
  type YAxisProps,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { everyOwnMetric, ownMetric, PERIOD } from './metrics.ts';

export type DashboardProps = { readonly stage: string; readonly function: IFunction };

const HALF = 12;

/** One page that answers: is mail flowing, by which mailer and to which end, how slow, how old are the tables. */
export class HainekoDashboard extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, { stage, function: target }: DashboardProps) {
    super(scope, id);
    const sums = { stage, statistic: Stats.SUM, label: '' };
    const times = (statistic: string) =>
      everyOwnMetric('RelayTime', ['stage', 'mailer'], { stage, statistic, label: statistic });
    const rows = [
      [
        graph('Is mail flowing?', [
          ownMetric('Submissions', { stage }),
          ownMetric('RelayTime', { stage }, Stats.SAMPLE_COUNT).with({ label: 'Recipients' }),
        ]),
        graph('To which end?', [everyOwnMetric('Replies', ['stage', 'outcome'], sums)]),
      ],
      [
        graph('By which mailer, and to which end?', [
          everyOwnMetric('Replies', ['stage', 'mailer', 'outcome'], sums),
        ]),
        graph(
          'How slow are the mail servers?',
          [times(Stats.p(50)), times(Stats.p(95)), times(Stats.p(99))],
          { label: 'ms' },
        ),
      ],
      [
        graph('How old are the tables?', [ownMetric('TableAge', { stage }, Stats.MAXIMUM)], { label: 's' }),
        graph('Do SSM, the journal and the credentials work?', [
          ownMetric('SsmFailures', { stage }),
          ownMetric('JournalFailures', { stage }),
          ownMetric('CredentialRefreshes', { stage }),
        ]),
      ],
      [
        graph(
          'How slow is the function?',
          [50, 99].map((part) => target.metricDuration({ period: PERIOD, statistic: Stats.p(part) })),
          { label: 'ms' },
        ),
        graph('Does the function run?', [
          target.metricInvocations({ period: PERIOD }),
          target.metricErrors({ period: PERIOD }),
          target.metricThrottles({ period: PERIOD }),
          target.metric('ConcurrentExecutions', { period: PERIOD, statistic: Stats.MAXIMUM }),
        ]),
      ],
    ];
    const dashboard = new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.hours(12),
      widgets: [[new TextWidget({ markdown: heading(stage), width: 2 * HALF, height: 1 })], ...rows],
    });
    this.name = dashboard.dashboardName;
  }
}

function graph(title: string, left: IMetric[], leftYAxis: YAxisProps = {}): GraphWidget {
  return new GraphWidget({
    title,
    left,
    leftYAxis: { min: 0, showUnits: false, ...leftYAxis },
    width: HALF,
    height: 6,
    liveData: true,
  });
}

function heading(stage: string): string {
  return `Haineko, stage **${stage}**: sums of five minutes. Alarms and what to do: docs/operate.md`;
}
