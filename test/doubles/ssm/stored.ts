import { newest, type SsmStore, type SsmType, type SsmVersion } from './store.ts';

/** A parameter as it lies in the double: its newest version, and all of them. */
export type StoredParameter = {
  readonly type: SsmType;
  readonly value: string;
  readonly version: number;
  readonly keyId: string | undefined;
  readonly tier: SsmVersion['tier'];
  /** The labels of the versions that have some. */
  readonly labels: Readonly<Record<number, readonly string[]>>;
  /** Oldest first. */
  readonly history: readonly (Pick<
    SsmVersion,
    'type' | 'value' | 'version' | 'keyId' | 'tier' | 'modified'
  > & {
    readonly labels: readonly string[];
  })[];
};

/** Everything that lies in the store, by name: a copy. */
export function storedParameters({ parameters }: SsmStore): Readonly<Record<string, StoredParameter>> {
  return Object.fromEntries(
    [...parameters].map(([name, versions]) => {
      const { type, value, version, keyId, tier } = newest(versions);
      const history = versions.map(({ description: _, ...each }) => ({ ...each, labels: [...each.labels] }));
      const labelled = history.filter(({ labels }) => labels.length > 0);
      const labels = Object.fromEntries(labelled.map((each) => [each.version, each.labels]));
      return [name, { type, value, version, keyId, tier, labels, history }];
    }),
  );
}
