import { Duration } from 'aws-cdk-lib';
import { Metric, SearchExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS, type MetricName, NAMESPACE } from '../../functions/app/metrics.ts';

/** Alarms and graphs look at so much time at once. */
export const PERIOD = Duration.minutes(5);

type Dimension = 'stage' | 'mailer' | 'outcome';

/** One of the relay's own metrics, by dimensions that it is published under. Throws where it is not: an alarm would wait for ever. */
export function ownMetric(
  metricName: MetricName,
  dimensionsMap: { readonly stage: string; readonly mailer?: string; readonly outcome?: string },
  statistic: string = Stats.SUM,
): Metric {
  expectPublished(metricName, Object.keys(dimensionsMap));
  return new Metric({ namespace: NAMESPACE, metricName, dimensionsMap, statistic, period: PERIOD });
}

/** A metric by every value of its other dimensions: mailers and outcomes show up by themselves. */
export function everyOwnMetric(
  metricName: MetricName,
  dimensions: readonly Dimension[],
  { stage, statistic, label }: { readonly stage: string; readonly statistic: string; readonly label: string },
): SearchExpression {
  expectPublished(metricName, dimensions);
  const schema = [NAMESPACE, ...dimensions].join(',');
  const search = `{${schema}} MetricName="${metricName}" stage="${stage}"`;
  return new SearchExpression({
    expression: `SEARCH('${search}', '${statistic}', ${PERIOD.toSeconds()})`,
    period: PERIOD,
    label,
  });
}

function expectPublished(metricName: MetricName, dimensions: readonly string[]): void {
  const wanted = [...dimensions].sort().join();
  const sets: readonly (readonly string[])[] = METRICS[metricName].dimensions;
  if (sets.some((set) => [...set].sort().join() === wanted)) return;
  throw new Error(`${metricName} is not published by ${wanted}`);
}
