import { createPublicKey, type KeyObject } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import type { Route } from '../../tables/route-entry.ts';
import type { SigningKey } from '../../tables/signing-key.ts';
import type { Circumstances, CredentialVerdict } from '../credential-verdict.ts';
import { lookUp } from '../mx/look-up.ts';
import type { MailResolver } from '../relay.ts';
import { timeLeft } from '../time-left.ts';
import { tagsOf } from './tags.ts';

/**
 * Whether the DNS has the public half of a DKIM key (RFC 6376 3.6.2), as verifiers will look for it. `refused`: it has another, or
 * has revoked it. Where it has none, what to publish is told.
 */
export async function verifyDkimKey(
  { domain, selector, privateKey }: SigningKey,
  route: Route,
  { wire }: Circumstances,
): Promise<CredentialVerdict> {
  const key = publicHalf(privateKey);
  if (key === undefined) return { verdict: 'refused', told: ['The private key is no RSA key in PEM'] };
  const name = `${selector}._domainkey.${domain}`;
  const resolver: MailResolver = wire.resolver ?? new Resolver({ timeout: 2000, tries: 2 });
  const asked = resolver.resolveTxt?.(name);
  if (!asked) return { verdict: 'unknown', told: [`TXT ${name}: there is no DNS to ask`] };
  const found = await lookUp(() => asked, timeLeft(route, wire).ms());
  const publish = `Publish TXT ${name}: v=DKIM1; k=rsa; p=${base64(key, 'spki')}`;
  if (found.said === 'nothing') return { verdict: 'unknown', told: [`TXT ${name}: ${found.cause}`] };
  if (found.said !== 'records') return { verdict: 'unknown', told: [`TXT ${name}: ${found.said}`, publish] };

  const records = found.records.map((texts) => tagsOf(texts.join(''))).filter(({ p }) => p !== undefined);
  if (records.length === 0) return { verdict: 'unknown', told: [`TXT ${name}: no key in it`, publish] };
  // RFC 6376 3.6.1 has the RSAPublicKey alone, its examples the SubjectPublicKeyInfo around it, as everybody does
  const ours = records.find(({ p }) => p === base64(key, 'spki') || p === base64(key, 'pkcs1'));
  if (ours && allows(ours['h'], 'sha256') && allows(ours['s'], 'email', '*'))
    return { verdict: 'good', told: [`TXT ${name}: this key`] };
  if (ours)
    return { verdict: 'refused', told: [`TXT ${name}: this key, but h= or s= rules our signatures out`] };
  // RFC 6376 3.6.1: an empty p= means that the key has been revoked
  const what = records.every(({ p }) => p === '') ? 'the key is revoked' : 'another key';
  return { verdict: 'refused', told: [`TXT ${name}: ${what}`, publish] };
}

function publicHalf(privateKey: string): KeyObject | undefined {
  try {
    const key = createPublicKey(privateKey);
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    return undefined;
  }
}

function base64(key: KeyObject, type: 'spki' | 'pkcs1'): string {
  return key.export({ type, format: 'der' }).toString('base64');
}

/** RFC 6376 3.6.1: h= and s= are lists with colons between; an absent one allows everything. */
function allows(list: string | undefined, ...any: readonly string[]): boolean {
  return list === undefined || list.split(':').some((each) => any.includes(each));
}
