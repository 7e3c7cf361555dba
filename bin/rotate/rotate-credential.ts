import type { Done } from '../command.ts';
import { storedDocuments } from '../stage/documents.ts';
import { planOf } from '../stage/plan.ts';
import { askNewSecret } from '../terminal/ask.ts';
import { type CredentialOptions, newCredential, secretOf } from './new-credential.ts';
import { credentialBefore, credentialDocument } from './roll-back.ts';
import { type NamingRoute, routesNaming } from './routes.ts';
import { backTo, laid, laySecrets, refuseChangedMeanwhile, type Scene } from './scene.ts';
import { tryCredential } from './try-credential.ts';

/** Gives a credential of authinfo a new secret, or the one before; tried first where the call says so. */
export async function rotateCredential(
  scene: Scene,
  options: CredentialOptions & { readonly rollback?: true; readonly verify?: true },
): Promise<Done> {
  const { name, parameters, stored, keeping, world } = scene;
  const before = await credentialDocument(name, stored);
  const { documents } = await storedDocuments(stored);
  const routes = routesNaming(name, documents);
  const notes: string[] = [];
  let text: string;
  if (options.rollback) {
    const past = await credentialBefore(name, parameters);
    notes.push(backTo(past));
    text = past.value;
  } else {
    const given = await askNewSecret(`New ${secretOf(before, options)} of ${name}`, world);
    const made = await newCredential(name, before, given, options);
    if (options.verify) notes.push(...(await tryCredential(name, made.secret, routes, documents, world)));
    text = made.text;
  }
  const full = `authinfo/${name}`;
  await refuseChangedMeanwhile(scene, full);
  const wanted = { name: full, value: text, type: 'SecureString' as const };
  const { changes } = await planOf([wanted], stored, () => true, keeping.underOtherKey);
  const versions = await laySecrets(scene, changes);
  const version = versions.get(full) ?? stored.get(full)?.version ?? 0;
  return laid(scene, 'credential', version, changes.length > 0, [...notes, namedBy(name, routes)]);
}

/** Most routes that are told by name. */
const MOST_NAMED = 20;

function namedBy(name: string, routes: readonly NamingRoute[] | undefined): string {
  if (routes === undefined)
    return 'Which routes name it is not known: the tables in SSM are wrong (haineko conf).';
  if (routes.length === 0) return `No route names it yet: auth: '${name}'.`;
  const named = routes.slice(0, MOST_NAMED).map(({ table, entry }) => `${table} ${entry}`);
  const more = routes.length > MOST_NAMED ? `, and ${routes.length - MOST_NAMED} more` : '';
  return `Routes that name it: ${named.join(', ')}${more}.`;
}
