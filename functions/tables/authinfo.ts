import * as v from 'valibot';
import { check } from './check.ts';
import { type OAuth2, oauth2Schema } from './oauth2.ts';
import { privateKey, type SigningKey, selectorName, signingDomain } from './signing-key.ts';
import { name as nameSchema, text, value } from './value.ts';

/** What a credential holds: a password or API key, or what fetches an OAuth token, or a key to sign with. */
export type Secret = {
  /** '' where none is given. */
  readonly username: string;
  /** '' where `oauth2` or `dkim` stands in its place. */
  readonly password: string;
  readonly oauth2?: OAuth2;
  readonly dkim?: SigningKey;
};

/** A credential of authinfo, and which version of it: a kept connection belongs to one version. */
export type Credential = Secret & { readonly name: string; readonly version: string };

const CREDENTIAL_NAME_IS = 'a name of 1 to 64 characters of A-Z a-z 0-9 _ . -';

/** Whether a credential may be called so: the name becomes a part of a parameter's name in SSM. */
export function isCredentialName(text: string): boolean {
  return /^[A-Za-z0-9_.-]{1,64}$/.test(text) && !/^\.+$/.test(text);
}

/** The schema of a credential's name, here and in a route's `auth` and `dkim`. */
export const credentialName = () =>
  value<string>(CREDENTIAL_NAME_IS, (input) =>
    typeof input === 'string' && isCredentialName(input) ? input : undefined,
  );

const KINDS = 'password, or oauth2 with username, or domain, selector and privateKey';

/** One credential: what stands under its name in authinfo, or alone in the parameter authinfo/<name>. */
export const credentialSchema = v.pipe(
  v.strictObject({
    username: v.pipe(
      v.optional(text()),
      v.description('User of SMTP-AUTH, or of the API where it has users.'),
    ),
    password: v.pipe(v.optional(text()), v.description('Password of SMTP-AUTH, or the API key.')),
    oauth2: v.pipe(
      v.optional(oauth2Schema),
      v.description('In place of a password: where ESMTP fetches a token for XOAUTH2.'),
    ),
    domain: v.pipe(v.optional(signingDomain()), v.description('DKIM: the domain that signs (d=).')),
    selector: v.pipe(
      v.optional(selectorName()),
      v.description('DKIM: the key is at `selector._domainkey.domain` in DNS (s=).'),
    ),
    privateKey: v.pipe(
      v.optional(privateKey()),
      v.description('DKIM: the RSA key that a route names in `dkim`.'),
    ),
  }),
  v.rawTransform(({ dataset, addIssue, NEVER }): Secret => {
    const { username = '', password, oauth2, domain, selector, privateKey: key } = dataset.value;
    const signs = [domain, selector, key].some((each) => each !== undefined);
    const kinds = [password !== undefined, oauth2 !== undefined, signs].filter(Boolean).length;
    if (kinds === 1 && password !== undefined) return { username, password };
    if (kinds === 1 && oauth2 && username !== '') return { username, password: '', oauth2 };
    if (kinds === 1 && domain !== undefined && selector !== undefined && key !== undefined) {
      return { username: '', password: '', dkim: { domain, selector, privateKey: key } };
    }
    addIssue({ message: KINDS });
    return NEVER;
  }),
);

/** authinfo: the credentials that a route names in `auth` and `dkim`. */
export const authinfoSchema = v.pipe(
  v.record(
    nameSchema(CREDENTIAL_NAME_IS, (input) => (isCredentialName(input) ? input : undefined)),
    credentialSchema,
  ),
  v.description(
    'Credentials by name: SMTP-AUTH users, API keys, DKIM keys. A route names one in its `auth`, a DKIM key in its `dkim`.',
  ),
);

/** Reads one credential's document. Throws a ConfigError that never shows a value. */
export function parseCredential(name: string, document: unknown): Secret {
  return check(`authinfo/${name}`, credentialSchema, document, { secret: true });
}

/** Reads authinfo as one document: name -> credential, without versions. */
export function parseAuthinfo(document: unknown): ReadonlyMap<string, Secret> {
  return new Map(Object.entries(check('authinfo', authinfoSchema, document ?? {}, { secret: true })));
}
