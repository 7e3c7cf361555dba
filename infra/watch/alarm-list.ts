import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { NO_MAILER } from '../../functions/app/metrics.ts';
import { ownMetric, PERIOD } from './metrics.ts';

/** One alarm: it goes off when the metric is above a value in some of the last periods of five minutes. */
export type AlarmEntry = {
  readonly name: string;
  /** What has happened, as a sentence without its period. What to do stands in docs/operate.md, under the alarm's name. */
  readonly means: string;
  readonly metric: IMetric;
  readonly above: number;
  readonly periods: { readonly breached: number; readonly of: number };
};

const QUARTER_HOUR = Duration.minutes(15);
const ONCE = { breached: 1, of: 1 };
const TWICE_OF_THREE = { breached: 2, of: 3 };

/**
 * When somebody should look. An honest 503 of ours is no alarm: neither the gateway's 5xx count nor a single deferred mail is in here.
 */
export function alarmList(stage: string, target: IFunction): readonly AlarmEntry[] {
  return [
    {
      name: 'NoTables',
      means:
        'Mails were deferred before any relaying: the tables are wrong, or could not be read, where no older ones were at hand',
      // one may be a cold start that SSM throttled, an honest 503; who is told to come again in a minute makes three of it
      metric: ownMetric('Replies', { stage, mailer: NO_MAILER, outcome: 'deferred' }).with({
        period: QUARTER_HOUR,
      }),
      above: 2,
      periods: ONCE,
    },
    {
      name: 'OldTables',
      means: 'The tables in force are more than 3 minutes behind: SSM cannot be read, or holds a wrong table',
      metric: ownMetric('TableAge', { stage }, Stats.MAXIMUM),
      above: 180,
      // one instance that slept for an hour shows its age once
      periods: TWICE_OF_THREE,
    },
    {
      name: 'Unknown',
      means: 'A mail may have been sent, and its server never said so',
      metric: ownMetric('Replies', { stage, outcome: 'unknown' }),
      above: 0,
      periods: ONCE,
    },
    {
      name: 'Deferred',
      means: 'More than half of all mail was deferred for 15 minutes: a way out is closed',
      metric: share('deferred', stage),
      above: 0.5,
      periods: ONCE,
    },
    {
      name: 'SsmFailures',
      means: 'SSM Parameter Store failed again and again',
      metric: ownMetric('SsmFailures', { stage }),
      above: 4,
      periods: TWICE_OF_THREE,
    },
    {
      name: 'JournalFailures',
      means:
        "The journal's table failed again and again: mails with a key are deferred, and others have no status",
      metric: ownMetric('JournalFailures', { stage }),
      above: 4,
      periods: TWICE_OF_THREE,
    },
    {
      name: 'RefusedCredential',
      means: 'A mail server or provider goes on refusing a credential',
      metric: ownMetric('CredentialRefreshes', { stage }),
      above: 4,
      // a credential that is being changed is refused for a minute at most
      periods: TWICE_OF_THREE,
    },
    {
      name: 'Errors',
      means: 'The function crashed, ran out of time or did not start: what became of the mail is not known',
      metric: target.metricErrors({ period: PERIOD }),
      above: 0,
      periods: ONCE,
    },
    {
      name: 'Throttles',
      means: 'Lambda turned requests away for want of concurrency; nothing ran',
      metric: target.metricThrottles({ period: PERIOD }),
      above: 0,
      periods: ONCE,
    },
    {
      name: 'Duration',
      means: 'One request in a hundred takes more than 25 of its 29 seconds',
      metric: target.metricDuration({ period: PERIOD, statistic: Stats.p(99) }),
      above: 25_000,
      periods: TWICE_OF_THREE,
    },
  ];
}

/**
 * Which part of all recipients whose mail was tried within 15 minutes had this outcome; 0 where there were fewer than ten. Not of all replies: whoever
 * knows the URL may add refused ones, and hide by them that nothing goes.
 */
function share(outcome: string, stage: string): IMetric {
  return new MathExpression({
    expression: 'IF(tried >= 10, some / tried, 0)',
    usingMetrics: {
      some: ownMetric('Replies', { stage, outcome }).with({ period: QUARTER_HOUR }),
      tried: ownMetric('RelayTime', { stage }, Stats.SAMPLE_COUNT).with({ period: QUARTER_HOUR }),
    },
    label: outcome,
    period: QUARTER_HOUR,
  });
}
