import { Option } from 'commander';
import { type AwsOptions, CommandFailure, type Done, defineCommand, type World } from '../command.ts';
import { describeDifferences } from '../stage/comparison.ts';
import { EMPTIED, isDocument, isShard } from '../stage/documents.ts';
import { lay, refuseRetyping } from '../stage/lay.ts';
import { inPlace, openStage, type StageParameters } from '../stage/parameters.ts';
import { type Prepared, preparePush, refuseChangedMeanwhile } from '../stage/prepare-push.ts';
import type { PushRecord } from '../stage/push-record.ts';
import {
  beginPush,
  beginWriting,
  endPush,
  type Intent,
  labelPush,
  layRecord,
  marking,
  refuseWhileUnderWay,
  whoPushes,
} from '../stage/pushes.ts';
import { readFolder, stageFolder } from '../stage/read-folder.ts';
import { secretKeys, underOtherKey } from '../stage/secret-key.ts';
import { STAGE, stageArgument } from '../stage/stage-argument.ts';
import { confirm } from '../terminal/ask.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { tell } from '../terminal/tell.ts';

type PushOptions = AwsOptions & {
  readonly config?: string;
  readonly documents?: true;
  readonly prune?: true;
  readonly overwriteSecrets?: true;
  readonly retype?: true;
  readonly keyId?: string;
  readonly yes?: true;
};

/** `haineko push`: a folder's tables and credentials into SSM. */
export const push = defineCommand<PushOptions>({
  name: 'push',
  summary: "lay a stage's tables and credentials in SSM",
  description:
    "Reads the folder by the relay's own schemas, shows how SSM differs, asks, and writes what differs and nothing else: password and authinfo as SecureStrings, the other tables as Strings. Tables that the deployed stack lays (`tables: 'stack'`, the default) are left to `cdk deploy`. Each push labels what it laid: `haineko rollback` puts back what the one before had. Broken off, it is gone on with by the same command. Relays take new tables within a minute.",
  arguments: [STAGE()],
  options: [
    new Option('-c, --config <dir>', 'folder of the tables (default: config/<stage>)'),
    new Option(
      '--documents',
      "lay the tables too where no stack stands yet and it will have `tables: 'command'`",
    ),
    new Option(
      '--prune',
      'take away what is in SSM and neither in the folder nor needed: tables are emptied, credentials deleted',
    ),
    new Option(
      '--overwrite-secrets',
      'lay secrets of the folder over those that were rotated, or laid by hand, since the last push',
    ),
    new Option(
      '--retype',
      'delete what is of the wrong type (String, SecureString), and make it anew 30 seconds later',
    ),
    new Option(
      '--key-id <key>',
      "key of KMS for secrets (default: the one that they are under; of new ones the stack's)",
    ),
    new Option('-y, --yes', 'do not ask'),
  ],
  aws: true,
  examples: [
    ['haineko push production', 'shows what differs, asks, writes'],
    [
      'haineko push production --config ~/secrets/production',
      'credentials and users of a folder outside of the repository',
    ],
    ['haineko push test --yes --prune --json', 'in a pipeline'],
  ],
  async run([given], options, world) {
    const stage = stageArgument(given);
    const parameters = await openStage(stage, options);
    try {
      const read = readFolder(stageFolder(stage, options.config, world));
      const described = await parameters.describe();
      const { keyId } = options;
      const prepared = await preparePush(read, parameters, {
        documents: options.documents === true,
        prune: options.prune === true,
        overwriteSecrets: options.overwriteSecrets === true,
        underOtherKey: underOtherKey(described, keyId),
      });
      const keyOf = secretKeys(described, keyId, prepared.record);
      return await pushPrepared(stage, prepared, parameters, keyOf, options, world);
    } finally {
      parameters.close();
    }
  },
});

async function pushPrepared(
  stage: string,
  prepared: Prepared,
  parameters: StageParameters,
  keyOf: (name: string) => string | undefined,
  options: PushOptions,
  world: World,
): Promise<Done> {
  const { plan, pushes, stored, deleted } = prepared;
  const shown = describe(prepared);
  if (plan.changes.length === 0 && deleted.length === 0 && pushes?.state !== 'writing') {
    const text = [shown, `Nothing to lay: ${parameters.prefix} has what ${prepared.folder} says.`];
    return done(prepared, { laid: [], deleted: [], label: pushes?.label ?? null }, lines(text));
  }
  const by = whoPushes();
  refuseWhileUnderWay(pushes, by, world.now());
  refuseRetyping(plan.changes, options.retype === true);
  for (const { wanted } of plan.changes) if (wanted.type === 'SecureString') keyOf(wanted.name);
  if (!options.yes) {
    tell(world, shown);
    const what = `Lay this in ${parameters.prefix}${inPlace(parameters)}?`;
    if (!(await confirm(what, '--yes', world)))
      throw new CommandFailure('not confirmed', 'Nothing was changed.');
    await refuseChangedMeanwhile(prepared, parameters);
  }

  const interrupt = interruptible();
  try {
    const note = (line: string) => tell(world, line);
    const begun = beginPush(pushes, intentOf(prepared), { by, now: world.now() });
    await beginWriting(parameters, begun, stored);
    const laid = await lay(parameters, plan.changes, keyOf, {
      stopped: interrupt.asked,
      note,
      laid: marking(parameters, begun, world.now),
    });
    if (laid.left > 0) throw brokenOffAfter(laid.versions.size, plan.changes.length, begun);
    const { record, dropped } = endPush(begun);
    await labelPush(parameters, versionsInForce(prepared, laid.versions), begun.label, dropped);
    const names = deleted.map(({ name }) => name);
    if (names.length > 0) await parameters.remove(names);
    await layRecord(parameters, record);
    const versions = [...laid.versions].map(([name, version]) => ({ name, version }));
    const back = names.some((name) => name.startsWith('authinfo/'))
      ? 'what it laid; deleted credentials are gone'
      : 'it';
    const summary = `${begun.label}: ${versions.length} laid, ${names.length} deleted. Relays take it within a minute; haineko rollback ${stage} takes ${back} back.`;
    const result = { laid: versions, deleted: names, label: begun.label };
    return done(prepared, result, lines([options.yes ? shown : '', summary]));
  } finally {
    interrupt.over();
  }
}

/** What the push is about to do, for who finds it broken off. */
function intentOf({ plan, stored, deleted }: Prepared): Intent {
  const named = plan.changes.filter(({ wanted: { name } }) => !isShard(name));
  const next = (name: string) => (stored.get(name)?.version ?? 0) + 1;
  return {
    changing: Object.fromEntries(
      named.map(({ kind, wanted: { name } }) => [name, kind === 'retype' ? 1 : next(name)]),
    ),
    making: named.filter(({ kind }) => kind === 'add').map(({ wanted }) => wanted.name),
    deleting: deleted.map(({ name }) => name).filter((name) => !isShard(name)),
  };
}

/** What the label stands for: all that the folder has, laid now or found as it should be; shards follow from their index. */
function versionsInForce(
  { wanted, stored, newer }: Prepared,
  laid: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  // a table that was taken away stays so, until a push has it again
  const emptied = [...stored.values()].filter(({ name, value }) => isDocument(name) && value === EMPTIED);
  const names = [...wanted, ...emptied].map(({ name }) => name).filter((name) => !newer.includes(name));
  const named = [...names, ...laid.keys()].filter((name) => !isShard(name));
  return new Map(named.map((name) => [name, laid.get(name) ?? stored.get(name)?.version ?? 1]));
}

function brokenOffAfter(laid: number, all: number, { label, pushes }: PushRecord): CommandFailure {
  return new CommandFailure(
    `interrupted: ${laid} of ${all} changes are laid`,
    `Run the same command again: it goes on with ${label}.${pushes.length > 0 ? ' haineko rollback takes back what was laid.' : ''}`,
  );
}

function describe({ differences, plan, deleted, newer, may, record, pushes }: Prepared): string {
  const retyped = plan.changes.filter(({ kind }) => kind === 'retype').map(({ wanted }) => wanted.name);
  const emptied = plan.changes
    .filter(({ wanted }) => wanted.value === EMPTIED)
    .map(({ wanted }) => wanted.name);
  const going = [...deleted.map(({ name }) => name), ...emptied];
  const kept = plan.orphans.map(({ name }) => name).filter((name) => !going.includes(name));
  return lines([
    pushes?.state === 'writing'
      ? `${pushes.label} of ${pushes.at} by ${pushes.by} was broken off: this goes on with it.`
      : '',
    describeDifferences(differences.filter(({ name }) => !newer.includes(name) && !going.includes(name))),
    ...(
      [
        [
          "Left as it is, since it was laid after the last push (rotate?); --overwrite-secrets lays the folder's",
          newer,
        ],
        ['Of the wrong type, and made anew', retyped],
        ['Tables taken away', emptied],
        ['Deleted', deleted.map(({ name }) => name)],
        ['In SSM, and neither in the folder nor needed (--prune takes it away)', kept],
      ] as const
    ).map(([what, names]) => (names.length > 0 ? `${what}: ${names.join(', ')}` : '')),
    record === undefined && !may.documents
      ? "No stack stands yet: secrets alone are laid, and cdk deploy lays the tables (with tables: 'command': --documents)."
      : '',
  ]);
}

function done(
  { differences, plan, newer }: Prepared,
  result: {
    readonly laid: readonly object[];
    readonly deleted: readonly string[];
    readonly label: string | null;
  },
  text: string,
): Done {
  const taken = [...result.deleted, ...plan.changes.map(({ wanted }) => wanted.name)];
  const left = plan.orphans.map(({ name }) => name).filter((name) => !taken.includes(name));
  const toStack = differences.filter(({ by }) => by === 'stack').map(({ name }) => name);
  return {
    text,
    json: {
      ...result,
      unchanged: plan.unchanged.map(({ name }) => name),
      orphans: left,
      leftToStack: toStack,
      newer,
    },
  };
}

function lines(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n');
}
