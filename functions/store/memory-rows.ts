import { isThere, type Row, type Rows } from './rows.ts';

/** Rows of this process alone. */
export function memoryRows(now: () => number = Date.now): Rows {
  const partitions = new Map<string, Map<string, Row>>();
  const find = (partition: string, name: string) => {
    const row = partitions.get(partition)?.get(name);
    return isThere(row, now()) ? row : undefined;
  };
  const put = (row: Row) => {
    const rows = partitions.get(row.partition) ?? new Map<string, Row>();
    partitions.set(row.partition, rows.set(row.name, row));
  };
  return {
    read: async (partition, name) => find(partition, name),
    async list(partition) {
      const rows = [...(partitions.get(partition)?.values() ?? [])].filter((row) => isThere(row, now()));
      return rows.sort((one, other) => (one.name < other.name ? -1 : 1));
    },
    async replace(row, before) {
      if (find(row.partition, row.name)?.stamp !== before) return false;
      put(row);
      return true;
    },
    add: async (row) => put(row),
    close() {},
  };
}
