import * as v from 'valibot';
import { ConfigError, type ConfigIssue } from './config-error.ts';

/** How many issues an error lists: enough to mend a file, few enough to read. */
const MOST_ISSUES = 20;

/** Holds a document against its schema. Returns what the schema makes of it; throws a ConfigError (TABLE_VALUE). */
export function check<Schema extends v.GenericSchema>(
  table: string,
  schema: Schema,
  document: unknown,
  options: { secret?: boolean } = {},
): v.InferOutput<Schema> {
  // a list is an object too, to valibot's record
  if (Array.isArray(document)) {
    throw new ConfigError('TABLE_VALUE', [{ table, path: '', expected: 'a mapping', got: 'a list' }]);
  }
  const result = v.safeParse(schema, document, { abortPipeEarly: true });
  if (result.success) return result.output;
  const issues = result.issues
    .slice(0, MOST_ISSUES)
    .map((issue) => toConfigIssue(table, issue, options.secret ?? false));
  throw new ConfigError('TABLE_VALUE', issues);
}

function toConfigIssue(table: string, issue: v.BaseIssue<unknown>, secret: boolean): ConfigIssue {
  const path = keyPath(issue.path ?? []);
  // a strict mapping reports the key that it does not know as a path ending there, expecting nothing
  const unknownKey = issue.type === 'strict_object' && issue.expected === 'never';
  const aboutKey = issue.path?.at(-1)?.origin === 'key';
  const expected = unknownKey ? 'no such key' : issue.kind === 'schema' ? inWords(issue) : issue.message;
  return { table, path, expected, got: secret && !aboutKey && !unknownKey ? '(hidden)' : show(issue.input) };
}

/** What valibot's own schemas expect, in our words. */
function inWords(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'strict_object' || issue.type === 'record' || issue.type === 'object') {
    // a key that must be there is reported by its name, in quotes
    return issue.expected?.startsWith('"') ? 'a value for this key' : 'a mapping';
  }
  if (issue.type === 'array') return 'a list';
  return issue.expected ?? issue.message;
}

function keyPath(path: readonly v.IssuePathItem[]): string {
  let text = '';
  for (const item of path) {
    if (item.type === 'array') text += `[${String(item.key)}]`;
    else text += (text === '' ? '' : '.') + String(item.key);
  }
  return text;
}

/** A value for an error message: JSON, at most 60 characters. */
function show(input: unknown): string {
  if (input === undefined) return 'nothing';
  const json = JSON.stringify(input) ?? String(input);
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
}
