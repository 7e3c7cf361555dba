import type { Reply } from '../smtp/reply.ts';
import type { Tables } from '../tables/tables.ts';
import type { HttpAnswer } from './context.ts';
import { report, type Told } from './report.ts';
import { report0217 } from './report-0217.ts';

/** Writes an answer in the format that haineko.cf names; in the default one where there are no tables to say so. */
export function tell(
  tables: Tables | undefined,
  status: number,
  told: Told,
  replies: readonly Reply[],
  headers: Record<string, string> = {},
): HttpAnswer {
  const write = tables?.config.reply_format === '0.2.17' ? report0217 : report;
  return write(status, told, replies, headers);
}
