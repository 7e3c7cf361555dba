import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, type ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

/** What the journal keeps, and for how long. */
export type Retention = {
  /** Whether mails without an Idempotency-Key are written down too, for `GET /status`: one write each, after sending. Default: true. */
  readonly status?: boolean;
  /** Hours that an Idempotency-Key is remembered after its answer: whole, 1 to 720, and no longer than `days`. Default: 24. */
  readonly keyHours?: number;
  /** Days that what became of a mail is kept: whole, 1 to 3650. Default: 30. */
  readonly days?: number;
};

export type JournalProps = { readonly retain: boolean; readonly keeping: Retention };

/** The delivery journal: a table of the Idempotency-Keys that clients gave, and of what became of each mail. */
export class Journal extends Construct {
  readonly table: ITable;
  /** What the function is told of it. */
  readonly environment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { retain, keeping }: JournalProps) {
    super(scope, id);
    // No name of ours: a table that outlives its stack would bar the next one from it. No encryption of ours: what names people is encrypted at rest
    // in every table of DynamoDB, and its default, a key that AWS owns, costs nothing and needs no grant
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html
    // (a cast, since CDK's own class does not fit its interface under exactOptionalPropertyTypes: tableStreamArn)
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expires',
      // mails come unevenly, and a write that is throttled defers one
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // no removal policy holds people, and without the keys a request that is repeated sends its mail twice
      // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html
      deletionProtection: retain,
      // not RETAIN_ON_UPDATE_OR_DELETE, as of the logs: a first deployment that is rolled back could not delete it
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    }) as ITable;
    const { status, keyHours, days } = keeping;
    // nothing where nothing is given: the defaults are the function's
    this.environment = {
      HAINEKO_JOURNAL: this.table.tableName,
      ...(keyHours !== undefined && { HAINEKO_KEY_HOURS: String(keyHours) }),
      ...(days !== undefined && { HAINEKO_JOURNAL_DAYS: String(days) }),
      ...(status === false && { HAINEKO_STATUS: 'off' }),
    };
  }
}
