import * as v from 'valibot';
import { check } from './check.ts';
import { name as nameSchema, text, value } from './value.ts';

/** A credential of authinfo, and which version of it: a kept connection belongs to one version. */
export type Credential = {
  readonly name: string;
  readonly version: string;
  readonly username: string;
  readonly password: string;
};

const CREDENTIAL_NAME_IS = 'a name of 1 to 64 characters of A-Z a-z 0-9 _ . -';

/** Whether a credential may be called so: the name becomes a part of a parameter's name in SSM. */
export function isCredentialName(text: string): boolean {
  return /^[A-Za-z0-9_.-]{1,64}$/.test(text) && !/^\.+$/.test(text);
}

/** The schema of a credential's name, here and in a route's `auth`. */
export const credentialName = () =>
  value<string>(CREDENTIAL_NAME_IS, (input) =>
    typeof input === 'string' && isCredentialName(input) ? input : undefined,
  );

/** One credential: what stands under its name in authinfo, or alone in the parameter authinfo/<name>. */
export const credentialSchema = v.strictObject({
  username: v.pipe(v.optional(text()), v.description('User of SMTP-AUTH, or of the API where it has users.')),
  password: v.pipe(text(), v.description('Password of SMTP-AUTH, or the API key.')),
});

/** authinfo: the credentials that a route names in `auth`. */
export const authinfoSchema = v.pipe(
  v.record(
    nameSchema(CREDENTIAL_NAME_IS, (input) => (isCredentialName(input) ? input : undefined)),
    credentialSchema,
  ),
  v.description('Credentials by name: SMTP-AUTH users, API keys. A route names one in its `auth`.'),
);

/** Reads one credential's document. Throws a ConfigError that never shows a value. */
export function parseCredential(name: string, document: unknown): Pick<Credential, 'username' | 'password'> {
  const { username = '', password } = check(`authinfo/${name}`, credentialSchema, document, { secret: true });
  return { username, password };
}

/** Reads authinfo as one document: name -> credential, without versions. */
export function parseAuthinfo(
  document: unknown,
): ReadonlyMap<string, Pick<Credential, 'username' | 'password'>> {
  const read = check('authinfo', authinfoSchema, document ?? {}, { secret: true });
  return new Map(
    Object.entries(read).map(([name, { username = '', password }]) => [name, { username, password }]),
  );
}
