import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cutIntoShards } from '../../../functions/store/cut-into-shards.ts';
import type { SsmDouble } from '../../doubles/ssm.ts';

/** The domain of the nth entry. */
export const domainAt = (n: number) => `domain-${n}.example.org`;

/** All documents, with so many entries in mailertable. The default names a credential, as it does in most. */
export function documentsWith(entries: number): Readonly<Record<string, unknown>> {
  const routes = Array.from({ length: entries }, (_, n) => [domainAt(n), { mailer: 'Discard' }]);
  const usual = { mailer: 'ESMTP', host: 'smtp.example.com', port: 587, auth: 'smarthost' };
  return {
    'haineko.cf': { hostname: 'relay.example.com' },
    mailertable: { default: usual, ...Object.fromEntries(routes) },
    relayhosts: { relayhosts: ['192.0.2.0/24'] },
    recipients: { 'open-relay': 1 },
    authinfo: { smarthost: { username: 'kijitora', password: 'nyaa-nyaa-secret' } },
  };
}

/** Writes them as files into a new folder. */
export function writeDocuments(folder: string, entries: number): void {
  mkdirSync(folder);
  for (const [name, document] of Object.entries(documentsWith(entries)))
    writeFileSync(join(folder, name), JSON.stringify(document));
}

/** Lays them in SSM, mailertable in shards where it does not fit into one parameter. */
export function layDocuments(ssm: Pick<SsmDouble, 'put'>, prefix: string, entries: number): void {
  const { authinfo, mailertable, ...others } = documentsWith(entries);
  for (const { name, value } of cutIntoShards('mailertable', mailertable)) ssm.put(prefix + name, value);
  for (const [name, document] of Object.entries(others)) ssm.put(prefix + name, JSON.stringify(document));
  for (const [name, secret] of Object.entries(authinfo as object))
    ssm.put(`${prefix}authinfo/${name}`, JSON.stringify(secret), 'SecureString');
}
