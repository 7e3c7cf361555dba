import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from '../../functions/app/context.ts';
import type { Asked } from '../../functions/app/explain/asked.ts';
import { type Explanation, explain } from '../../functions/app/explain.ts';
import { SourceUnavailable } from '../../functions/store/source.ts';
import { ConfigError } from '../../functions/tables/config-error.ts';
import { type AwsOptions, CommandFailure, type World } from '../command.ts';
import { localContext } from '../local/context.ts';
import { deployedTables } from '../local/deployed-tables.ts';
import { authorization } from '../send/authorization.ts';
import { exchange } from '../send/exchange.ts';
import { deployedRecord } from '../send/stack-record.ts';
import { targetOf } from '../send/target.ts';

/** How long another relay may take, in milliseconds. */
const ANSWER_TIME = 35_000;

const NOWHERE = { outbox: '.', requireAuth: false, passwordFile: undefined, development: false };

/** By the tables of a folder. Rejects with a CommandFailure where there is none. */
export async function byFolder(asked: Asked, folder: string, { cwd }: World): Promise<Explanation> {
  const path = resolve(cwd, folder);
  if (!existsSync(path)) throw new CommandFailure(`${folder}: there is no such folder`, '', 2);
  const context = localContext({ ...NOWHERE, config: path });
  const explained = await explainBy(asked, context);
  const { credential, dkim } = explained;
  if (credential?.found !== false && dkim?.found !== false) return explained;
  return {
    ...explained,
    notes: [...explained.notes, "a deployed stage's credentials are in SSM: --stage looks there"],
  };
}

/** By a deployed stage's tables, read here with the caller's own keys. */
export async function byStage(asked: Asked, stage: string, options: AwsOptions): Promise<Explanation> {
  const source = await deployedTables(stage, options);
  const context = localContext({ ...NOWHERE, config: '.' }, { source });
  try {
    return await explainBy({ ...asked, ...(await authorizationOf(stage, options)) }, context);
  } finally {
    context.source.close();
  }
}

/** Whether callers of a stage sign; nothing where no stack tells. */
async function authorizationOf(stage: string, options: AwsOptions): Promise<{ readonly iam?: boolean }> {
  try {
    return { iam: (await deployedRecord(stage, options)).authorization === 'iam' };
  } catch (error) {
    if (error instanceof CommandFailure) return {};
    throw error;
  }
}

async function explainBy(asked: Asked, context: Context): Promise<Explanation> {
  try {
    return await explain(asked, await context.source.tables(), context);
  } catch (error) {
    if (error instanceof ConfigError)
      throw new CommandFailure(error.message, 'haineko check tells all of it, with lines.', 1, {
        cause: error,
      });
    if (error instanceof SourceUnavailable)
      throw new CommandFailure(
        error.message,
        'Name a folder of tables that can be read, or look at --stage.',
        1,
        {
          cause: error,
        },
      );
    throw error;
  }
}

/** By asking a relay (POST /route) as a user with admin. Rejects with a CommandFailure where it does not answer so. */
export async function byRelay(
  asked: Asked,
  url: string,
  given: AwsOptions & { readonly as?: string; readonly iam?: true; readonly insecure?: true },
  world: World,
): Promise<Explanation> {
  // who asks is `as`: `user` of the call is whom the question is about
  const { as, iam: signs, insecure, profile, region } = given;
  const options = {
    url,
    ...(as !== undefined && { user: as }),
    ...(signs && { iam: signs }),
    ...(insecure && { insecure }),
    ...(profile !== undefined && { profile }),
    ...(region !== undefined && { region }),
  };
  const target = await targetOf(options, { method: 'POST', path: '/route' }, world);
  const authorize = await authorization(options, target, world);
  const body = Buffer.from(JSON.stringify(asked));
  const headers = { 'content-type': 'application/json', ...(await authorize(body, world.now())) };
  const answered = await exchange({ method: target.method, url: target.url, headers, body }, ANSWER_TIME);
  if ('failed' in answered) {
    throw new CommandFailure(`${target.url.origin} does not answer: ${answered.code ?? answered.failed}`);
  }
  if (answered.status === 200) return explanationIn(answered.body, target.url);
  const hint =
    answered.status === 401 || answered.status === 403
      ? '/route is for users with admin: 1 and for loopback. Say --as USER, or --iam.'
      : 'Is it a Haineko, of this version or a newer one?';
  throw new CommandFailure(`${target.url.href} answers HTTP ${answered.status}`, hint);
}

function explanationIn(body: Buffer, { href }: URL): Explanation {
  try {
    const read = JSON.parse(body.toString('utf8')) as Explanation;
    const lists = [read.steps, read.fallbacks, read.refusals, read.warnings, read.notes];
    if (lists.every(Array.isArray)) return read;
  } catch {
    // told below
  }
  throw new CommandFailure(`${href} answers with something else`, 'Is it a Haineko of this version?');
}
