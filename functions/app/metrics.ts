import type { Outcome } from '../smtp/reply.ts';

/** What CloudWatch files our metrics under. */
export const NAMESPACE = 'Haineko';

/** The dimension `mailer` of a reply in which no mailer had a part: refused or deferred by ourselves, before any relaying. */
export const NO_MAILER = 'none';

/** Values that one member of a document may hold ("Embedded metric format specification", target members). */
export const MOST_VALUES = 100;

type Dimensions = readonly (readonly ('stage' | 'mailer' | 'outcome')[])[];
type Metric = { readonly unit: 'Count' | 'Seconds' | 'Milliseconds'; readonly dimensions: Dimensions };

// shared by those metrics that one directive can hold
const STAGE: Dimensions = [['stage']];

/** Every metric: its unit, and the sets of dimensions that it is published under. infra/ makes alarms and graphs of them. */
export const METRICS = {
  /** Requests to /submit, refused ones too. */
  Submissions: { unit: 'Count', dimensions: STAGE },
  /** Seconds since the tables in force were last known to be the newest. */
  TableAge: { unit: 'Seconds', dimensions: STAGE },
  /** Replies to recipients; one where the session ended before there were any. */
  Replies: {
    unit: 'Count',
    dimensions: [
      ['stage', 'mailer', 'outcome'],
      ['stage', 'outcome'],
    ],
  },
  /** Of each recipient whose mail was tried: all ways and tries together. */
  RelayTime: { unit: 'Milliseconds', dimensions: [['stage', 'mailer'], ['stage']] },
  /** Calls of SSM that failed, after all of its attempts. */
  SsmFailures: { unit: 'Count', dimensions: STAGE },
  /** A server refused a credential, and it was asked for anew. */
  CredentialRefreshes: { unit: 'Count', dimensions: STAGE },
  /** Calls of the journal's table that failed, after all of their attempts. */
  JournalFailures: { unit: 'Count', dimensions: STAGE },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof METRICS;

type OfStage = Partial<
  Readonly<
    Record<'Submissions' | 'TableAge' | 'SsmFailures' | 'CredentialRefreshes' | 'JournalFailures', number>
  >
>;
type OfReplies = {
  readonly mailer: string;
  readonly outcome: Outcome;
  readonly Replies: number;
  /** Milliseconds, at most MOST_VALUES of them. */
  readonly RelayTime?: readonly number[];
};

/** What was measured at one moment; what concerns replies has their mailer and outcome with it. */
export type Measured = OfStage | (OfStage & OfReplies);

/**
 * A document of which CloudWatch makes metrics ("Embedded metric format specification"): a directive for each kind of
 * dimension sets, and the values and dimensions as members of the root. `at` is in milliseconds since the epoch.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricsDocument(measured: Measured, stage: string, at: number): Record<string, unknown> {
  const directives = new Map<Dimensions, { Name: string; Unit: string }[]>();
  for (const [name, { unit, dimensions }] of Object.entries<Metric>(METRICS)) {
    if (!(name in measured)) continue;
    const definition = { Name: name, Unit: unit };
    const others = directives.get(dimensions);
    if (others) others.push(definition);
    else directives.set(dimensions, [definition]);
  }
  return {
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [...directives].map(([sets, definitions]) => ({
        Namespace: NAMESPACE,
        Dimensions: sets,
        Metrics: definitions,
      })),
    },
    stage,
    ...measured,
  };
}
