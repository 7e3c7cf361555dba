import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dynamoDbRows } from '../../functions/store/dynamodb-rows.ts';
import { fileRows } from '../../functions/store/file-rows.ts';
import { memoryRows } from '../../functions/store/memory-rows.ts';
import type { Rows } from '../../functions/store/rows.ts';
import { startDynamoDb } from '../doubles/dynamodb.ts';

/** Where rows live, and as many who use them as are asked for: each as a process of its own would. */
export type RowStore = {
  open(now: () => number): Rows;
  dispose(): Promise<void>;
};

/** The three places of rows. */
export const ROW_STORES: Readonly<Record<string, () => Promise<RowStore>>> = {
  async memory() {
    let time: () => number = Date.now;
    const rows = memoryRows(() => time());
    return {
      open(now) {
        time = now;
        return rows;
      },
      dispose: async () => {},
    };
  },

  async file() {
    const folder = await mkdtemp(join(tmpdir(), 'haineko-journal-'));
    const opened: Rows[] = [];
    return {
      open(now) {
        const rows = fileRows(folder, now);
        opened.push(rows);
        return rows;
      },
      async dispose() {
        for (const rows of opened) rows.close();
        await rm(folder, { recursive: true });
      },
    };
  },

  async dynamodb() {
    const double = await startDynamoDb();
    const opened: Rows[] = [];
    return {
      open(now) {
        const rows = dynamoDbRows(double.where, { table: double.table, failed() {}, now });
        opened.push(rows);
        return rows;
      },
      async dispose() {
        for (const rows of opened) rows.close();
        await double.stop();
      },
    };
  },
};
