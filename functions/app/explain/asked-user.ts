import { checkAuthentication } from '../../session/conn.ts';
import { isRefused } from '../../smtp/catalogue.ts';
import type { User } from '../../tables/password.ts';
import type { Tables } from '../../tables/tables.ts';
import { authenticatePrincipal, needsUser } from '../authenticate.ts';
import type { Context } from '../context.ts';
import type { Asked } from './asked.ts';
import { type RefusalTold, toldRefusal } from './every-refusal.ts';

/** Who would call: a user or null, the refusal of one who is none, and on what it depends. */
export type AskedUser = {
  readonly user: User | null;
  readonly refusals: readonly RefusalTold[];
  readonly notes: readonly string[];
};

/** Looks a user up as authenticate() does, but for the password (or the signature), which nobody is asked for. */
export async function askedUser(asked: Asked, tables: Tables, context: Context): Promise<AskedUser> {
  const { user: name, iam } = asked;
  const principal = iam ?? isArn(name);
  const checked = principal
    ? await authenticatePrincipal(name ?? '', tables, context.source)
    : checkAuthentication(await basicUser(name, tables, context), needsUser(tables, context));
  if (isRefused(checked)) {
    const why = name === undefined ? nobody(principal) : `password has no entry for '${name}'`;
    return { user: null, refusals: [toldRefusal('auth', checked.refused, why)], notes: [] };
  }
  if (!checked.value) return { user: null, refusals: [], notes: [] };
  const others =
    iam === undefined ? `, and where the API has ${principal ? '' : 'no '}IAM authorization` : '';
  const proof = principal ? 'signature' : 'password';
  return {
    user: checked.value,
    refusals: [],
    notes: [`'${name}' passes if the ${proof} is right${others}`],
  };
}

async function basicUser(name: string | undefined, tables: Tables, { source }: Context) {
  if (name === undefined) return { fault: 'none', wait: 0 } as const;
  await tables.need({ password: [name] });
  // a principal's entry is no user of Basic authentication
  const look = ({ password }: Tables) => (isArn(name) ? undefined : password.get(name));
  // as authenticate() does: who is not there may have been laid just now
  const user = look(tables) ?? look(await source.newest(tables, [name]));
  return user ? { user } : ({ fault: 'wrong', wait: 0 } as const);
}

/** RFC 7617 2: the name of a Basic user has no colon. */
function isArn(name: string | undefined): boolean {
  return name?.startsWith('arn:') === true;
}

function nobody(principal: boolean): string {
  return principal
    ? 'the API has IAM authorization, and no principal is given'
    : 'a user is required (require_auth), and none is given';
}
