import { ConfigError } from './config-error.ts';

/** js-yaml, as far as it is used. */
type Yaml = Pick<typeof import('js-yaml'), 'CORE_SCHEMA' | 'load' | 'YAMLException'>;

/**
 * Reads a table's text: JSON first (as it is laid in SSM), else YAML, whose reader is loaded only then.
 * A document without content is undefined. Throws a ConfigError (TABLE_SYNTAX) with line and column; of a table that
 * holds secrets nothing is quoted.
 */
export async function readDocument(table: string, text: string): Promise<unknown> {
  const read = readPlain(text);
  return read ? read.value : readYaml(table, text, await import('js-yaml'));
}

/** The same at once, for who has js-yaml at hand: a CDK synth is synchronous. JSON too is read by it, which knows a key that stands there twice. */
export function readDocumentWith(yaml: Yaml, table: string, text: string): unknown {
  return isWithoutContent(text) ? undefined : readYaml(table, text, yaml);
}

/** JSON, or a text without content; undefined where it takes a reader of YAML. */
function readPlain(text: string): { readonly value: unknown } | undefined {
  if (/^\s*\{/.test(text)) {
    try {
      return { value: JSON.parse(text) };
    } catch {
      // YAML's flow mapping begins with the same brace
    }
  }
  // a file of comments alone is a table without entries, not an error
  return isWithoutContent(text) ? { value: undefined } : undefined;
}

function readYaml(table: string, text: string, { CORE_SCHEMA, load, YAMLException }: Yaml): unknown {
  try {
    // the original's own haineko.cf ends with the marker of a document that never comes; a line of # is read in one way alone
    return load(text.replace(/\n---\s*(?:#[^\n]*(?:\n\s*|$))*$/, '\n'), { schema: CORE_SCHEMA }) ?? undefined;
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { mark, reason } = error;
    const where = mark ? ` at line ${mark.line + 1}, column ${mark.column + 1}` : '';
    // YAML's own words may quote the document: "unidentified alias "PASSWORD""
    const why = holdsSecrets(table) ? '' : `: ${reason.replace(/".*"/s, '')}`.trimEnd();
    const got = `a syntax error${where}${why}`;
    const issue = { table, path: '', expected: 'YAML or JSON', got, ...(mark && { line: mark.line + 1 }) };
    throw new ConfigError('TABLE_SYNTAX', [issue]);
  }
}

/** password, authinfo, and what is cut from them: `authinfo/Google`, `password/07`. */
function holdsSecrets(table: string): boolean {
  return /^(password|authinfo)(\/|$)/.test(table);
}

/** Blank lines, comments and markers of YAML alone. */
function isWithoutContent(text: string): boolean {
  return text.split(/\r\n?|\n/).every((line) => {
    const trimmed = line.trim();
    return trimmed === '' || trimmed.startsWith('#') || trimmed === '---' || trimmed === '...';
  });
}
