import { type Asked, readAsked } from '../../functions/app/explain/asked.ts';
import { wrongUsage } from '../command.ts';

/** The question as a call asks it. Throws the failure of a wrong call: all are texts, and one alone must be something. */
export function questionOf(
  from: string,
  to: string,
  { client, user, ehlo }: { readonly client?: string; readonly user?: string; readonly ehlo?: string },
): Asked {
  const read = readAsked({ from, to, client, user, ehlo });
  if ('asked' in read) return read.asked;
  throw wrongUsage('--client', 'an IP address as a text', client);
}
