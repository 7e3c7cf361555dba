import { ConfigError, type ConfigIssue } from '../tables/config-error.ts';
import { readDocument } from '../tables/document.ts';

/** Reads several documents' texts. Throws one ConfigError with the syntax errors of all of them. */
export async function readTexts(
  texts: ReadonlyMap<string, string>,
): Promise<Readonly<Record<string, unknown>>> {
  const issues: ConfigIssue[] = [];
  const documents: Record<string, unknown> = {};
  for (const [name, text] of texts) {
    try {
      documents[name] = await readText(name, text);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      issues.push(...error.issues);
    }
  }
  if (issues.length > 0) throw new ConfigError('TABLE_SYNTAX', issues);
  return documents;
}

/** Reads one document's text; an error in one that holds secrets says where it is, and quotes nothing. */
export async function readText(name: string, text: string): Promise<unknown> {
  try {
    return await readDocument(name, text);
  } catch (error) {
    if (!(error instanceof ConfigError) || !holdsSecrets(name)) throw error;
    // YAML's own words may quote the document: "unidentified alias "PASSWORD""
    const hidden = (got: string) => got.replace(/^(a syntax error(?: at line \d+, column \d+)?).*/s, '$1');
    throw new ConfigError(
      error.code,
      error.issues.map((issue) => ({ ...issue, got: hidden(issue.got) })),
    );
  }
}

function holdsSecrets(name: string): boolean {
  return /^(password|authinfo)(\/|$)/.test(name);
}
