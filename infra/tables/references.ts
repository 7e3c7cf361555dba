import type { ConfigIssue } from '../../functions/tables/config-error.ts';

/** Where a document holds a value, or a mapping a key, for which `is` holds: paths as a ConfigIssue has them. */
export function pathsOf(value: unknown, is: (value: unknown) => boolean, path = ''): string[] {
  if (is(value)) return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    const at = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    // the key itself is not shown
    return is(key) ? [path] : pathsOf(each, is, at);
  });
}

/**
 * What PutParameter refuses of a document: parameters cannot be nested in the values of others, so that no value may hold `{{}}`.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html#systemsmanager-PutParameter-request-Value
 */
export function parameterReferences(table: string, document: unknown): ConfigIssue[] {
  const isReference = (value: unknown) => typeof value === 'string' && value.includes('{{');
  const expected = "no '{{': Parameter Store takes it for a reference to another parameter";
  return pathsOf(document, isReference).map((path) => ({ table, path, expected, got: 'a text with one' }));
}
