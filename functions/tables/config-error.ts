/** One thing wrong in a table: where (table, key path), what stands there, what was expected. */
export type ConfigIssue = {
  readonly table: string;
  /** "example.com.port", "relayhosts[2]"; empty for the document itself. */
  readonly path: string;
  readonly expected: string;
  /** The value as JSON, shortened; "(hidden)" where it may be a secret. */
  readonly got: string;
  /** Of a syntax error, where it is known: counted from 1. */
  readonly line?: number;
};

/** The error family of the tables: `code` is stable, `issues` say where and what. Never holds a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code: 'TABLE_SYNTAX' | 'TABLE_VALUE';
  readonly issues: readonly ConfigIssue[];

  constructor(code: 'TABLE_SYNTAX' | 'TABLE_VALUE', issues: readonly ConfigIssue[]) {
    super(issues.map(describeIssue).join('\n'));
    this.code = code;
    this.issues = issues;
  }
}

/** "mailertable: example.com.port: expected a whole number from 1 to 65535, got \"neko\"". */
function describeIssue(issue: ConfigIssue): string {
  const where = issue.path === '' ? issue.table : `${issue.table}: ${issue.path}`;
  return `${where}: expected ${issue.expected}, got ${issue.got}`;
}

/** What `read` gives; undefined, and its issues in the list, where it throws a ConfigError: all issues are told at once. */
export function collect<T>(issues: ConfigIssue[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    issues.push(...error.issues);
    return undefined;
  }
}
