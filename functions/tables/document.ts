import { ConfigError } from './config-error.ts';

/**
 * Reads a table's text: JSON first (as it is laid in SSM), else YAML, whose reader is loaded only then.
 * A document without content is undefined. Throws a ConfigError (TABLE_SYNTAX) with line and column.
 */
export async function readDocument(table: string, text: string): Promise<unknown> {
  if (/^\s*\{/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      // YAML's flow mapping begins with the same brace
    }
  }
  // a file of comments alone is a table without entries, not an error
  if (text.split(/\r\n?|\n/).every(isWithoutContent)) return undefined;
  const { CORE_SCHEMA, load, YAMLException } = await import('js-yaml');
  try {
    // the original's own haineko.cf ends with the marker of a document that never comes
    return load(text.replace(/\n---\s*$/, '\n'), { schema: CORE_SCHEMA }) ?? undefined;
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { mark, reason } = error;
    const where = mark ? ` at line ${mark.line + 1}, column ${mark.column + 1}` : '';
    const got = `a syntax error${where}: ${reason}`;
    throw new ConfigError('TABLE_SYNTAX', [{ table, path: '', expected: 'YAML or JSON', got }]);
  }
}

/** A blank line, a comment, or a marker of YAML. */
function isWithoutContent(line: string): boolean {
  const trimmed = line.trim();
  return trimmed === '' || trimmed.startsWith('#') || trimmed === '---' || trimmed === '...';
}
