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

/** What Parameter Store (`{{`), CloudFormation (`{{`, `${`) and the CDK (`${`, `#{`) take for a reference. */
const REFERENCE = /\{\{|[$#]\{/;

/** Whether a text would be taken for a reference on its way into SSM by a template. */
export function holdsReference(value: unknown): boolean {
  return typeof value === 'string' && REFERENCE.test(value);
}

/** The references of a document, which no template may hold. `haineko push` lays such texts: its JSON writes them otherwise. */
export function templateReferences(
  table: string,
  document: unknown,
  isReference: (value: unknown) => boolean = holdsReference,
): ConfigIssue[] {
  const expected =
    "no '{{', '${' or '#{': Parameter Store, CloudFormation and the CDK take them for references";
  return pathsOf(document, isReference).map((path) => ({ table, path, expected, got: 'a text with one' }));
}
