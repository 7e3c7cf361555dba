import { parseCredential, type Secret } from '../../functions/tables/authinfo.ts';
import { ConfigError } from '../../functions/tables/config-error.ts';
import { readDocument } from '../../functions/tables/document.ts';

/** A credential's parameter as the relay reads it, or the error of one that it cannot read. */
export async function storedCredential(name: string, text: string): Promise<Secret | ConfigError> {
  try {
    return parseCredential(name, await readDocument(`authinfo/${name}`, text));
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}
