import { PARAMETER_BYTES } from '../../functions/store/cut-into-shards.ts';
import { parseCredential, type Secret } from '../../functions/tables/authinfo.ts';
import { ConfigError } from '../../functions/tables/config-error.ts';
import { readDocument } from '../../functions/tables/document.ts';
import { CommandFailure } from '../command.ts';
import { parameterText } from '../stage/wanted.ts';

/** What the call says of the credential beside its secret. */
export type CredentialOptions = {
  readonly username?: string;
  readonly selector?: string;
  /** The secret is the whole credential, as YAML or JSON. */
  readonly document?: true;
};

/** A credential as it shall stand in SSM, and as the relay reads it. */
export type NewCredential = { readonly text: string; readonly secret: Secret };

/**
 * Which secret a credential has, in words: it is what a person is asked for. Fails, before anybody is asked, where the one
 * that stands cannot be read: what is kept of it is not known.
 */
export function secretOf(before: unknown, { document }: CredentialOptions): string {
  if (document) return 'credential (YAML or JSON)';
  if (before instanceof ConfigError) throw unreadable(before.message);
  if (before !== undefined && !isMapping(before)) throw unreadable('what stands there is no mapping');
  const { oauth2, privateKey } = Object(before);
  if (privateKey !== undefined) return 'private key (PEM)';
  if (oauth2 !== undefined) return 'refreshToken' in Object(oauth2) ? 'refresh token' : 'client secret';
  return 'password or API key';
}

/**
 * The credential with its new secret: in place of the password, the private key, or what fetches its tokens; all else stays.
 * Throws a ConfigError, which shows no value, where the relay could not read it.
 */
export async function newCredential(
  name: string,
  before: unknown,
  given: string,
  options: CredentialOptions,
): Promise<NewCredential> {
  const document = options.document
    ? await readDocument(`authinfo/${name}`, given)
    : withSecret(name, before, given, options);
  const secret = parseCredential(name, document);
  const text = parameterText(JSON.stringify(document));
  if (Buffer.byteLength(text) > PARAMETER_BYTES) {
    throw new CommandFailure(
      `authinfo/${name}: expected at most ${PARAMETER_BYTES} bytes as JSON, got ${Buffer.byteLength(text)} bytes`,
    );
  }
  return { text, secret };
}

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unreadable(why: string): CommandFailure {
  return new CommandFailure(
    `the credential that stands in SSM cannot be read, and nothing was laid: ${why}`,
    '--document lays a whole one in its place; --rollback the one before that can be read.',
  );
}

function withSecret(
  name: string,
  before: unknown,
  given: string,
  { username, selector }: CredentialOptions,
): object {
  const old: Record<string, unknown> = { ...Object(before) };
  const named = username === undefined ? {} : { username };
  if (old['privateKey'] !== undefined) {
    // receivers look the public half up by it, and have the old one in their caches
    return {
      ...old,
      privateKey: given.endsWith('\n') ? given : `${given}\n`,
      ...(selector !== undefined && { selector }),
    };
  }
  if (selector !== undefined) {
    throw new CommandFailure(`authinfo/${name}: --selector is for a DKIM key, which this is not`, '', 2);
  }
  if (old['oauth2'] === undefined) return { ...old, ...named, password: given };
  const oauth2: Record<string, unknown> = { ...Object(old['oauth2']) };
  const key = 'refreshToken' in oauth2 ? 'refreshToken' : 'clientSecret';
  return { ...old, ...named, oauth2: { ...oauth2, [key]: given } };
}
