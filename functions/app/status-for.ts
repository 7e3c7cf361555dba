import { statusOf } from './report.ts';
import type { Submitted } from './submit.ts';

/** The HTTP status of a submission. */
export function statusFor({ refused, session, replies }: Submitted): number {
  if (refused) return refused.status;
  // the original answers 200 whenever relaying was tried
  return session.tables.config.reply_format === '0.2.17' ? 200 : statusOf(replies);
}
