import * as v from 'valibot';
import { check } from '../functions/tables/check.ts';
import { ConfigError } from '../functions/tables/config-error.ts';
import { text, word } from '../functions/tables/value.ts';

/** The parameter of a stage that holds its StackRecord: `/haineko/<stage>/stack`. No table is called so, and the relay never reads it. */
export const STACK_RECORD = 'stack';

// not strict: a newer stack may tell more
const schema = v.object({
  tables: v.pipe(word('stack', 'command'), v.description('Who lays the documents.')),
  authorization: v.pipe(word('none', 'iam'), v.description('Who may call the API.')),
  url: v.pipe(text('a URL'), v.description('Where to POST: `<url>/submit`.')),
  function: v.pipe(text(), v.description("The function's name.")),
  log: v.pipe(text(), v.description("The name of the function's log group.")),
  encryptionKey: v.pipe(
    v.optional(text("a key's ARN")),
    v.description('The key of KMS that SecureStrings must be under; absent: aws/ssm.'),
  ),
});

/** What a deployed stack tells of itself to the `haineko` command, which has no CDK: who lays what, and where the stage is. */
export type StackRecord = Readonly<v.InferOutput<typeof schema>>;

/** Reads the parameter's text. Throws a ConfigError where it is not what a stack lays. */
export function parseStackRecord(json: string): StackRecord {
  let record: unknown;
  try {
    record = JSON.parse(json);
  } catch {
    const issue = {
      table: STACK_RECORD,
      path: '',
      expected: 'JSON, as cdk deploy lays it',
      got: 'another text',
    };
    throw new ConfigError('TABLE_SYNTAX', [issue]);
  }
  return check(STACK_RECORD, schema, record);
}
