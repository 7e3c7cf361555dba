import { describe, expect, test } from 'vitest';
import { jsonLines } from '../../../functions/app/json-lines.ts';
import { METRICS, type Measured, metricsDocument, NAMESPACE } from '../../../functions/app/metrics.ts';
import { readMetrics } from './embedded-metrics.ts';

const AT = 1_795_372_800_000;
const published = (measured: Measured, stage = 'test') =>
  readMetrics(JSON.stringify(metricsDocument(measured, stage, AT)));

const EVERYTHING: Measured = {
  Submissions: 1,
  TableAge: 0,
  SsmFailures: 2,
  CredentialRefreshes: 3,
  JournalFailures: 1,
  mailer: 'AmazonSES',
  outcome: 'accepted',
  Replies: 100,
  RelayTime: Array.from({ length: 100 }, (_, at) => at / 4),
};

describe('metricsDocument()', () => {
  test('is what CloudWatch takes, with each metric under its dimensions', () => {
    const found = published(EVERYTHING);
    const expected = Object.entries(METRICS).flatMap(([name, { unit, dimensions }]) =>
      dimensions.map((set) => ({ name, unit, keys: [...set] })),
    );
    const sorted = (each: readonly { name: string; keys: string[] }[]) =>
      [...each].sort((one, other) => `${one.name} ${one.keys}`.localeCompare(`${other.name} ${other.keys}`));
    expect(
      sorted(found.map(({ name, unit, dimensions }) => ({ name, unit, keys: Object.keys(dimensions) }))),
    ).toEqual(sorted(expected));
    expect(found).toContainEqual({
      name: 'Replies',
      unit: 'Count',
      dimensions: { stage: 'test', mailer: 'AmazonSES', outcome: 'accepted' },
      values: [100],
    });
    expect(found).toContainEqual({
      name: 'Replies',
      unit: 'Count',
      dimensions: { stage: 'test', outcome: 'accepted' },
      values: [100],
    });
    expect(found).toContainEqual({
      name: 'RelayTime',
      unit: 'Milliseconds',
      dimensions: { stage: 'test', mailer: 'AmazonSES' },
      values: EVERYTHING.RelayTime,
    });
  });

  test('names only what was measured, and puts what has the same dimensions into one directive', () => {
    expect(metricsDocument({ Submissions: 1, TableAge: 7 }, 'test', AT)).toEqual({
      _aws: {
        Timestamp: AT,
        CloudWatchMetrics: [
          {
            Namespace: NAMESPACE,
            Dimensions: [['stage']],
            Metrics: [
              { Name: 'Submissions', Unit: 'Count' },
              { Name: 'TableAge', Unit: 'Seconds' },
            ],
          },
        ],
      },
      stage: 'test',
      Submissions: 1,
      TableAge: 7,
    });
    expect(published({ SsmFailures: 1 }, 'prod-eu')).toEqual([
      { name: 'SsmFailures', unit: 'Count', dimensions: { stage: 'prod-eu' }, values: [1] },
    ]);
  });
});

describe('jsonLines()', () => {
  const written: string[] = [];
  const lines = jsonLines(
    { stage: 'test', now: () => AT, write: (line) => written.push(line) },
    { requestId: 'r-1' },
  );

  test('measure() writes one line of JSON that CloudWatch takes, with what Lambda looks for in a line', () => {
    written.length = 0;
    lines.measure(EVERYTHING);
    expect(written).toEqual([expect.stringMatching(/^\{.*\}\n$/)]);
    expect(readMetrics(written[0] ?? '')).toEqual(published(EVERYTHING));
    expect(JSON.parse(written[0] ?? '')).toMatchObject({
      timestamp: new Date(AT).toISOString(),
      level: 'INFO',
      message: 'metrics',
      requestId: 'r-1',
    });
  });

  test('log() writes no metrics', () => {
    written.length = 0;
    lines.log({ level: 'warn', message: 'nyaa', queueid: 'k' });
    expect(JSON.parse(written[0] ?? '')).toEqual({
      timestamp: new Date(AT).toISOString(),
      level: 'WARN',
      message: 'nyaa',
      queueid: 'k',
      requestId: 'r-1',
    });
  });
});
