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
      documents[name] = await readDocument(name, text);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      issues.push(...error.issues);
    }
  }
  if (issues.length > 0) throw new ConfigError('TABLE_SYNTAX', issues);
  return documents;
}
