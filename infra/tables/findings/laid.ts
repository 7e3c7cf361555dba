import type { Secret } from '../../../functions/tables/authinfo.ts';
import type { ConfigError } from '../../../functions/tables/config-error.ts';

/** What stands in SSM for a stage, beside its folder. */
export type Laid = {
  /** Who lays the documents; undefined where no stack says so. */
  readonly tables: 'stack' | 'command' | undefined;
  /** authinfo's by name; a ConfigError where no relay could read one. */
  readonly credentials: ReadonlyMap<string, Secret | ConfigError>;
  /** The keys of `password`: users, and principals of IAM. */
  readonly users: readonly string[];
};
