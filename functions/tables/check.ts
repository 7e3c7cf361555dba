import * as v from 'valibot';
import { ConfigError, type ConfigIssue } from './config-error.ts';
import { shownArn } from './principal.ts';

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
  // valibot leaves these out of a mapping without a word
  const odd = Object.keys(document ?? {}).find((key) => /^(?:__proto__|constructor|prototype)$/.test(key));
  if (odd !== undefined) {
    throw new ConfigError('TABLE_VALUE', [{ table, path: odd, expected: 'another name', got: show(odd) }]);
  }
  const result = v.safeParse(schema, document, { abortPipeEarly: true });
  if (result.success) return result.output;
  const issues = result.issues
    .slice(0, MOST_ISSUES)
    .map((issue) => toConfigIssue(table, issue, options.secret ?? false));
  throw new ConfigError('TABLE_VALUE', issues);
}

function toConfigIssue(table: string, issue: v.BaseIssue<unknown>, secret: boolean): ConfigIssue {
  // a strict mapping reports the key that it does not know as a path ending there, expecting nothing
  const unknownKey = issue.type === 'strict_object' && issue.expected === 'never';
  const keys = (issue.path ?? []).map(({ key }) => key);
  const path = keyPath(
    secret ? keys.map((key, at) => openOrHidden(key, unknownKey && at === keys.length - 1)) : keys,
  );
  const expected = unknownKey ? 'no such key' : issue.kind === 'schema' ? inWords(issue) : issue.message;
  const hidden = secret || isSecretText(path, issue.input);
  // a text where a mapping belongs is a whole line of something else
  const stray = typeof issue.input === 'string' && expected === 'a mapping';
  return { table, path, expected, got: hidden ? '(hidden)' : stray ? 'a text' : show(issue.input) };
}

/** A credential itself, written by mistake where its name belongs, or into a URL. */
function isSecretText(path: string, input: unknown): boolean {
  if (!/\.(?:auth|dkim|endpoint)$/.test(path) || typeof input !== 'string') return false;
  return input.length > 64 || /[:\s?]/.test(input.replace(/^https?:\/\//, ''));
}

/** A key of a secret table as it may be shown: `password:neko`, its blank forgotten, is a key to YAML and a secret to us. */
export function openKey(key: string): string {
  return /^[A-Za-z0-9_.@-]{1,64}$/.test(key) ? key : (shownArn(key) ?? '(a key)');
}

/** A step of a path in a secret table: a place in a list may be shown, a key that no schema knows may not. */
function openOrHidden(key: unknown, unknown: boolean): unknown {
  if (typeof key !== 'string') return key;
  return unknown ? '(a key)' : openKey(key);
}

/** What valibot's own schemas expect, in our words. */
export function inWords(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'strict_object' || issue.type === 'record' || issue.type === 'object') {
    // a key that must be there is reported by its name, in quotes
    return issue.expected?.startsWith('"') ? 'a value for this key' : 'a mapping';
  }
  if (issue.type === 'array') return 'a list';
  return issue.expected ?? issue.message;
}

function keyPath(keys: readonly unknown[]): string {
  let text = '';
  for (const key of keys) {
    if (typeof key === 'number') text += `[${key}]`;
    else text += (text === '' ? '' : '.') + (looksSecret(String(key)) ? '(a key)' : String(key));
  }
  return text;
}

/** `user:secret`, `key:secret` whose blank was forgotten, a URL with either: no domain, address or number is written so. */
function looksSecret(text: string): boolean {
  // a network of IPv6, right or wrong
  if (/^[0-9a-f:.]+(?:\/\d+)?$/i.test(text)) return false;
  return (
    /:.*@|@.*:|^[^/]+:.*\s|^[^\s:/[\]]+:[^\s:/\d]|\/\/[^/\s]*:[^/\s\d]|\/[^/\s]*@/.test(text) &&
    shownArn(text) === undefined
  );
}

/** A value for an error message: JSON, at most 60 characters. */
function show(input: unknown): string {
  if (input === undefined) return 'nothing';
  // a credential may stand where none belongs: in a mapping under `auth`, in a URL for a host
  if (typeof input === 'object' && input !== null) return Array.isArray(input) ? 'a list' : 'a mapping';
  if (typeof input === 'string' && looksSecret(input)) return '(hidden)';
  const json = JSON.stringify(input) ?? String(input);
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
}
