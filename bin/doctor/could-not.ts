import { CommandFailure } from '../command.ts';
import { fail, note, type Said } from './finding.ts';

/** The names of AWS's errors for a permission that is missing. */
const DENIED: ReadonlySet<string> = new Set(['AccessDenied', 'AccessDeniedException', 'NotAuthorized']);

/** The finding of a check that could not look. That the check's own action is not permitted says nothing about the stage: a note. */
export function couldNot(error: unknown): Said {
  if (!(error instanceof CommandFailure)) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return fail(`could not be looked at: ${why}`);
  }
  const { message, hint } = error;
  const action = missingPermission(error);
  if (action !== undefined) return note(`could not be looked at: no permission for ${action}`, hint);
  return fail(`could not be looked at: ${message}`, hint);
}

/**
 * The IAM action whose permission a check lacks, in AWS's own words. undefined for another failure, and where a role cannot be
 * taken (sts:AssumeRole) or a key of KMS not used: then the check's own action may well be permitted, and more is wrong.
 */
function missingPermission({ cause, message }: CommandFailure): string | undefined {
  if (!(cause instanceof Error) || !DENIED.has(cause.name)) return undefined;
  const [called = ''] = /^\w+:\w+/.exec(message) ?? [];
  const asked = /not authorized to perform: (\w+:\w+)/.exec(cause.message)?.[1];
  if (asked === undefined) return /\bkms\b/i.test(cause.message) ? undefined : called;
  return asked.split(':')[0] === called.split(':')[0] ? asked : undefined;
}

/** Throws the failure of what took too long. */
export function late(ms: number): never {
  throw new CommandFailure(
    `no answer within ${Math.round(ms / 100) / 10} s`,
    'Is there a network, a proxy, a firewall? --timeout SECONDS gives it more time.',
  );
}
