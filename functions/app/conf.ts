import type { TableSource } from '../store/source.ts';
import { isPrincipal } from '../tables/principal.ts';
import type { Documents, Tables } from '../tables/tables.ts';
import { VERSION } from './version.ts';

const MASK = '****';

/** GET /conf: the tables in force as they were read; hashes and credentials are masked. */
export function conf(tables: Tables, source: TableSource): Record<string, unknown> {
  const { password, ...open } = tables.documents;
  const credentials = Object.keys(source.status().versions).filter((name) => name.startsWith('authinfo/'));
  const hidden = { username: MASK, password: MASK };
  return {
    ...open,
    'haineko.cf': tables.config,
    authinfo: Object.fromEntries(credentials.map((name) => [name.slice('authinfo/'.length), hidden])),
    password: masked(password),
  };
}

/** GET /dump: version, runtime, table versions and ages. Never a secret. */
export function dump(source: TableSource): Record<string, unknown> {
  return {
    name: 'Haineko',
    version: VERSION,
    runtime: `node ${process.version}`,
    platform: `${process.platform} ${process.arch}`,
    tables: source.status(),
  };
}

function masked(password: Documents['password']): unknown {
  if (typeof password !== 'object' || password === null) return null;
  return Object.fromEntries(
    Object.entries(password).map(([user, entry]) => {
      if (typeof entry !== 'object' || entry === null) return [user, MASK];
      // a principal's entry has nothing to mask
      return [user, isPrincipal(user) ? entry : { ...entry, password: MASK }];
    }),
  );
}
