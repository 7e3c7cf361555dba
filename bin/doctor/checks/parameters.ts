import { ConfigError } from '../../../functions/tables/config-error.ts';
import { DOCUMENTS } from '../../../functions/tables/tables.ts';
import { isShard, shardsInUse } from '../../stage/documents.ts';
import { belongsToStack } from '../../stage/owner.ts';
import { pushRecord } from '../../stage/push-record.ts';
import type { Deployed } from '../deployed.ts';
import { type Check, fail, note, ok, type Said, warn } from '../finding.ts';

/** Whether the relay can read all that it needs, and whose it is. */
export const parameters: Check = {
  name: 'parameters',
  essential: true,
  async look({ deployed, stage, region, parameters: { prefix } }) {
    const read = await deployed();
    if (read.parameters.size === 0) {
      return [
        fail(
          `there is nothing under ${prefix} in ${await region()}`,
          `Deploy the stage (npx cdk deploy -c stage=${stage}), or say --region or --profile of where it is.`,
        ),
      ];
    }
    const wrong = [...ofDocuments(read, stage), ...ofCredentials(read, stage), ...ofTypes(read, stage)];
    return [...wrong, ...(wrong.length === 0 ? [ok(summary(read))] : []), ...(await ofOwner(read, stage))];
  },
};

function ofDocuments({ issues, record }: Deployed, stage: string): Said[] {
  const mend =
    record?.tables === 'stack'
      ? `Mend config/${stage} (haineko check ${stage}), then npx cdk deploy -c stage=${stage}.`
      : `Mend config/${stage} (haineko check ${stage}), then haineko push ${stage}.`;
  return issues.map((issue) => fail(new ConfigError('TABLE_VALUE', [issue]).message, mend));
}

function ofCredentials({ routes, credentials }: Deployed, stage: string): Said[] {
  return [...credentials].flatMap(([name, credential]) => {
    const by = routes.filter(({ route }) => route.auth === name || route.dkim === name);
    const named = by.map((each) => `${each.table}: ${each.name}`).join(', ');
    if (credential === undefined) {
      return fail(
        `authinfo/${name} is not there, and ${named} names it: nothing is sent by that, 451 4.7.0`,
        `haineko rotate ${stage} ${name} --new`,
      );
    }
    if (credential instanceof ConfigError) return fail(credential.message, `haineko rotate ${stage} ${name}`);
    const signs = credential.dkim !== undefined;
    const amiss = by.filter(({ route }) => (signs ? route.auth === name : route.dkim === name));
    return amiss.map((each) =>
      fail(
        `authinfo/${name} is ${signs ? 'a' : 'no'} DKIM key, and ${each.table}: ${each.name} names it in ${signs ? 'auth' : 'dkim'}`,
        `Name it in ${signs ? 'dkim' : 'auth'}, or another credential there.`,
      ),
    );
  });
}

/** A String is readable by whoever may read parameters: no key of KMS stands before it. */
function ofTypes({ parameters: all, users }: Deployed, stage: string): Said[] {
  const open = [...all.values()].filter(({ type }) => type === 'String');
  const credentials = open
    .filter(({ name }) => name.startsWith('authinfo/'))
    .map(({ name }) =>
      fail(
        `${name} is a String: a credential belongs into a SecureString`,
        `haineko rotate ${stage} ${name.slice('authinfo/'.length)} --retype: a new one, as a SecureString. Who could read the old one still knows it.`,
      ),
    );
  const hashes = users.some(({ hash }) => hash !== undefined);
  const passwords = open.filter(({ name }) => name === 'password' || name.startsWith('password/'));
  if (!hashes || passwords.length === 0) return credentials;
  return [
    ...credentials,
    fail(
      "password is a String: the hashes of users' passwords belong into a SecureString",
      `haineko push ${stage} --retype, with the users in the folder's password: it is laid anew as a SecureString.`,
    ),
  ];
}

async function ofOwner(read: Deployed, stage: string): Promise<Said[]> {
  const { parameters: all, record, credentials } = read;
  const said: Said[] = [];
  if (!record) {
    const what = all.has('stack') ? "is not what this version's stack lays" : 'is not there';
    said.push(
      warn(
        `the stack's record ${what}: nobody can tell who lays the documents and where the API is`,
        `npx cdk deploy -c stage=${stage} lays it.`,
      ),
    );
  } else {
    const stacks = [...all.values()].filter((each) => belongsToStack(record, each)).length;
    said.push(ok(`${stacks} of the stack (cdk deploy), ${all.size - stacks} of this command`));
  }
  const push = pushRecord(all);
  if (push?.state === 'writing') {
    said.push(
      warn(
        `${push.label} of ${push.by} was begun at ${push.at} and is not done: part of it may be in force`,
        `haineko push ${stage} goes on with it; haineko rollback ${stage} goes back.`,
      ),
    );
  }
  const used = await shardsInUse(all.values());
  const idle = [...all.keys()].filter((name) => {
    const [, credential] = /^authinfo\/(.+)$/.exec(name) ?? [];
    return credential === undefined ? isShard(name) && !used.has(name) : !credentials.has(credential);
  });
  if (idle.length > 0)
    said.push(
      note(
        `nothing that is in force names ${listed(idle)}`,
        `haineko push ${stage} --prune deletes what nobody needs.`,
      ),
    );
  return said;
}

function summary({ parameters: all, credentials, indexes }: Deployed): string {
  const documents = DOCUMENTS.filter((name) => all.has(name)).length;
  const shards = [...indexes.values()].reduce((sum, index) => sum + index.shards, 0);
  const cut = shards === 0 ? '' : ` in ${shards} shards`;
  return `${documents} documents${cut} and ${credentials.size} credentials can be read, and are right`;
}

function listed(names: readonly string[]): string {
  const some = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${some} and ${names.length - 5} more` : some;
}
