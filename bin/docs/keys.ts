import * as v from 'valibot';
import { expectedOf } from '../../functions/tables/value.ts';
import { code, table } from './markdown.ts';

/** The keys of a mapping's schema as a table: key, what it holds, its default, what it means. */
export function keyTable(entries: v.ObjectEntries): string {
  const rows = Object.entries(entries).map(([key, schema]) => {
    if (schema.async) throw new Error(`key ${key}: a schema that is read asynchronously`);
    return [code(key), holds(schema), defaultOf(schema), descriptionOf(key, schema)];
  });
  return table(['key', 'holds', 'default', 'meaning'], rows);
}

/** A schema's description; throws where it has none: what nobody described cannot be printed. */
export function descriptionOf(name: string, schema: v.GenericSchema): string {
  const description = v.getDescription(schema);
  if (!description) throw new Error(`${name}: the schema has no description (v.description)`);
  return description;
}

/** What a key holds, in the words of its errors. */
export function holds(schema: v.GenericSchema): string {
  const wrapped = part(schema, 'wrapped');
  if (wrapped) return holds(wrapped);
  const item = part(schema, 'item');
  if (item) return `a list; each: ${holds(item)}`;
  if ('entries' in schema) return 'a mapping';
  const expected = expectedOf(schema);
  return expected === 'unknown' ? 'anything' : expected;
}

/** What stands where the key is left out: its default, or whether it may be left out at all. */
function defaultOf(schema: v.GenericSchema): string {
  if (schema.type !== 'optional' && schema.type !== 'nullish') return 'must be given';
  const value: unknown = v.getDefault(schema);
  if (value === undefined) return '-';
  if (Array.isArray(value)) return value.length === 0 ? '`[]`' : code(JSON.stringify(value));
  return typeof value === 'object' ? 'see below' : code(value === '' ? "''" : String(value));
}

/** The schema within a schema: of an optional value, of a list. */
function part(schema: v.GenericSchema, name: 'wrapped' | 'item'): v.GenericSchema | undefined {
  const found: unknown = name in schema ? Object.getOwnPropertyDescriptor(schema, name)?.value : undefined;
  return isSchema(found) ? found : undefined;
}

function isSchema(value: unknown): value is v.GenericSchema {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'schema';
}
