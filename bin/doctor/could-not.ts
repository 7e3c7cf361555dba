import { CommandFailure } from '../command.ts';
import { fail, note, type Said } from './finding.ts';

/** The names of AWS's errors for a permission that is missing. */
const DENIED: ReadonlySet<string> = new Set(['AccessDenied', 'AccessDeniedException', 'NotAuthorized']);

/** The finding of a check that could not look. A missing permission says nothing about the stage: a note. */
export function couldNot(error: unknown): Said {
  const action = missingPermission(error);
  if (action !== undefined) {
    return note(
      `could not be looked at: no permission for ${action}`,
      `Who runs the command needs ${action}: docs/security.md#the-commands-permissions.`,
    );
  }
  if (error instanceof CommandFailure) return fail(`could not be looked at: ${error.message}`, error.hint);
  const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return fail(`could not be looked at: ${why}`);
}

/** The IAM action whose permission a failure is for want of; undefined for another failure. */
export function missingPermission(error: unknown): string | undefined {
  if (!(error instanceof CommandFailure)) return undefined;
  const { cause, message } = error;
  if (!(cause instanceof Error) || !DENIED.has(cause.name)) return undefined;
  // Parameter Store passes on that KMS refuses to decrypt, and then its own action is permitted
  const [key] = /\bkms:[A-Z]\w+/.exec(cause.message) ?? [];
  const [called] = /^\w+:\w+/.exec(message) ?? [];
  return key ?? called ?? 'what it asks of AWS';
}

/** Throws the failure of what took too long. */
export function late(ms: number): never {
  throw new CommandFailure(
    `no answer within ${Math.round(ms / 100) / 10} s`,
    'Is there a network, a proxy, a firewall? --timeout SECONDS gives it more time.',
  );
}
