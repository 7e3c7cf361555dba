import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import { awsPost } from '../../functions/store/aws-post.ts';

/** A DynamoDB on the loopback (dynalite), with the journal's table. */
export type DynamoDbDouble = {
  readonly url: string;
  readonly table: string;
  /** As which a client asks it, and where. */
  readonly where: Where;
  /** When rows expire, in seconds since the epoch: those of a partition, or all. */
  expiries(partition?: string): Promise<readonly number[]>;
  stop(): Promise<void>;
};

type Where = Omit<Parameters<typeof awsPost>[0], 'service' | 'json' | 'mostCharacters'>;

type Item = { readonly pk: { readonly S: string }; readonly expires: { readonly N: string } };

const TABLE = 'journal';

/** Starts one; its table has the keys that infra/journal.ts gives the real one. */
export async function startDynamoDb(): Promise<DynamoDbDouble> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
  const where: Where = { region: 'us-east-1', url: new URL(url), keys: async () => keys };
  const { post, close } = awsPost({ service: 'dynamodb', json: '1.0', mostCharacters: 1e6, ...where });
  const asked = await post(
    'DynamoDB_20120810.CreateTable',
    {
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    },
    AbortSignal.timeout(5000),
  );
  if (asked.status !== 200) throw new Error(asked.text);
  // it is there within a turn or two, not at once
  for (;;) {
    const { text } = await post(
      'DynamoDB_20120810.DescribeTable',
      { TableName: TABLE },
      AbortSignal.timeout(5000),
    );
    if (text.includes('"ACTIVE"')) break;
  }
  return {
    url,
    table: TABLE,
    where,
    async expiries(partition) {
      const scan = ['DynamoDB_20120810.Scan', { TableName: TABLE }, AbortSignal.timeout(5000)] as const;
      const { Items } = JSON.parse((await post(...scan)).text) as { Items: Item[] };
      const wanted = Items.filter(({ pk }) => partition === undefined || pk.S === partition);
      return wanted.map(({ expires }) => Number(expires.N));
    },
    stop() {
      close();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
