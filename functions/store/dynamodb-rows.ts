import { awsCall, type Document } from './aws-call.ts';
import { type AwsService, awsPost } from './aws-post.ts';
import { isThere, type Row, type Rows, RowsUnavailable } from './rows.ts';

/** The attributes of a row in its table: partition and sort key, and what conditions ask for. */
type Item = {
  readonly pk: { readonly S: string };
  readonly sk: { readonly S: string };
  readonly stamp: { readonly S: string };
  readonly expires: { readonly N: string };
  readonly text: { readonly S: string };
};

export type DynamoDbOptions = {
  readonly table: string;
  /** A call has failed, after all of its attempts. */
  failed(): void;
  now?(): number;
  random?(): number;
  /** Milliseconds that one attempt may take. */
  readonly attempt?: number;
};

/** Attempts of a call, and milliseconds for all of them: longer than that nobody waits for an answer. */
const ATTEMPTS = 3;
const CALL_TIME = 4000;
/** A connection idle for longer (wall clock, milliseconds) may have died while its Lambda was frozen. */
const IDLE = 10_000;
/** Characters of an answer: a page of a Query is 1 MB, and JSON escapes each of its quotes. */
const MOST_CHARACTERS = 4_000_000;

/**
 * Rows in a table of DynamoDB, asked without the SDK, as SSM is (aws-post.ts).
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 */
export function dynamoDbRows(
  where: Omit<AwsService, 'service' | 'json' | 'mostCharacters'>,
  { table, failed, now = Date.now, random = Math.random, attempt = 1000 }: DynamoDbOptions,
): Rows {
  const service = { service: 'dynamodb', json: '1.0', mostCharacters: MOST_CHARACTERS } as const;
  const { post, dropIdle, close } = awsPost({ ...service, ...where });
  const call = awsCall(post, { most: ATTEMPTS, ms: attempt, random });
  let usedAt = now();

  async function ask<T>(action: string, input: object, read: (document: Document) => T): Promise<T> {
    const idle = now() - usedAt;
    if (idle < 0 || idle > IDLE) dropIdle();
    const target = `DynamoDB_20120810.${action}`;
    try {
      return await call(target, { TableName: table, ...input }, AbortSignal.timeout(CALL_TIME), read);
    } catch (cause) {
      if (isConditionFailed(cause)) throw cause;
      failed();
      throw new RowsUnavailable(`DynamoDB, ${action}: ${describe(cause)}`, { cause });
    } finally {
      usedAt = now();
    }
  }
  const read = (partition: string, name: string): Promise<Row | undefined> =>
    ask(
      'GetItem',
      // what another instance has written a moment ago is what is asked for
      { Key: { pk: { S: partition }, sk: { S: name } }, ConsistentRead: true },
      ({ Item: item }) => {
        const row = item === undefined ? undefined : rowOf(item);
        return isThere(row, now()) ? row : undefined;
      },
    );

  return {
    read,
    async list(partition) {
      const rows: Row[] = [];
      let from: unknown;
      do {
        from = await ask(
          'Query',
          {
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': { S: partition } },
            ConsistentRead: true,
            ...(from !== undefined && { ExclusiveStartKey: from }),
          },
          ({ Items: items, LastEvaluatedKey: next }) => {
            if (!Array.isArray(items)) throw new Error('expected Items in the answer, got none');
            rows.push(...items.map(rowOf));
            return next;
          },
        );
      } while (from !== undefined);
      return rows.filter((row) => isThere(row, now()));
    },
    async replace(row, before) {
      const seconds = String(Math.floor(now() / 1000));
      const condition =
        before === undefined
          ? {
              ConditionExpression: 'attribute_not_exists(pk) OR expires <= :now',
              ExpressionAttributeValues: { ':now': { N: seconds } },
            }
          : {
              ConditionExpression: 'stamp = :before AND expires > :now',
              ExpressionAttributeValues: { ':before': { S: before }, ':now': { N: seconds } },
            };
      try {
        await ask('PutItem', { Item: itemOf(row), ...condition }, () => undefined);
        return true;
      } catch (error) {
        if (!isConditionFailed(error)) throw error;
        // an attempt whose answer was lost may have written it: then the condition fails by our own row
        return (await read(row.partition, row.name))?.stamp === row.stamp;
      }
    },
    add: (row) => ask('PutItem', { Item: itemOf(row) }, () => undefined),
    close,
  };
}

function itemOf({ partition, name, stamp, expires, text }: Row): Item {
  return {
    pk: { S: partition },
    sk: { S: name },
    stamp: { S: stamp },
    // of this attribute DynamoDB knows when to delete the row (infra/journal.ts)
    expires: { N: String(expires) },
    text: { S: text },
  };
}

function rowOf(item: unknown): Row {
  const { pk, sk, stamp, expires, text } = item as Item;
  return { partition: pk.S, name: sk.S, stamp: stamp.S, expires: Number(expires.N), text: text.S };
}

function isConditionFailed(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
}
