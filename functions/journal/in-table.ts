import { awsUrl } from '../store/aws-url.ts';
import { dynamoDbRows } from '../store/dynamodb-rows.ts';
import { lambdaCredentials } from '../store/lambda-credentials.ts';
import { createJournal, type Journal, type JournalOptions } from './journal.ts';

/** The journal in a table of DynamoDB, with the region and keys that Lambda puts into the environment. */
export function journalInTable(
  table: string,
  env: Readonly<Record<string, string | undefined>>,
  options: JournalOptions,
  failed: () => void,
): Journal {
  const region = env['AWS_REGION'] ?? '';
  const where = { region, url: awsUrl('dynamodb', region, env), keys: lambdaCredentials };
  return createJournal(dynamoDbRows(where, { table, failed }), options);
}
