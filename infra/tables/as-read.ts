import { type HainekoCf, withoutSmtpd } from '../../functions/tables/haineko-cf.ts';
import { DOCUMENTS, type DocumentName } from '../../functions/tables/tables.ts';
import type { Authorization } from '../authorization.ts';
import type { StageTables } from './read-tables.ts';

/** The documents that a stack lays: users with passwords never stand in a template, principals of IAM do. */
export function laidByStack(authorization: Authorization | undefined): readonly DocumentName[] {
  return DOCUMENTS.filter((name) => name !== 'password' || authorization === 'iam');
}

/** A document of a folder as it is laid in SSM. */
export function asLaid(name: DocumentName, { documents, tables }: StageTables): unknown {
  return name === 'haineko.cf' ? hainekoCfAsRead(documents[name], tables.config) : documents[name];
}

/**
 * haineko.cf with the keys alone that the relay has read. Those of the original's file that do nothing here may hold
 * anything: they are laid nowhere.
 */
export function hainekoCfAsRead(document: unknown, config: HainekoCf): unknown {
  return asRead(withoutSmtpd(document), config);
}

function asRead(given: unknown, read: unknown): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  const known = new Map(Object.entries(Object(read)));
  const kept = Object.entries(given).filter(([key]) => known.has(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, asRead(value, known.get(key))]));
}
