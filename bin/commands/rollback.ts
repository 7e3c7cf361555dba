import { Option } from 'commander';
import { type AwsOptions, CommandFailure, type Done, defineCommand, type World } from '../command.ts';
import { differences } from '../stage/differences.ts';
import { isShard, storedDocuments } from '../stage/documents.ts';
import { lay, refuseRetyping } from '../stage/lay.ts';
import { stackToHeed } from '../stage/owner.ts';
import { inPlace, openStage, type StageParameters, type Stored } from '../stage/parameters.ts';
import { planRollback, type Rollback, rollbackLabel } from '../stage/plan-rollback.ts';
import { refuseChangedMeanwhile } from '../stage/prepare-push.ts';
import { labelInForce, type PushRecord, pushRecord } from '../stage/push-record.ts';
import {
  beginWriting,
  endPush,
  labelPush,
  layRecord,
  marking,
  refuseWhileUnderWay,
  whoPushes,
} from '../stage/pushes.ts';
import { secretKeys } from '../stage/secret-key.ts';
import { STAGE, stageArgument } from '../stage/stage-argument.ts';
import { confirm } from '../terminal/ask.ts';
import { columns } from '../terminal/columns.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { tell } from '../terminal/tell.ts';

type RollbackOptions = AwsOptions & {
  readonly to?: string;
  readonly list?: true;
  readonly retype?: true;
  readonly yes?: true;
};

/** `haineko rollback`: what a push laid is taken back. */
export const rollback = defineCommand<RollbackOptions>({
  name: 'rollback',
  summary: 'take the newest push back',
  description:
    'Puts back what carries the label of the push before, and empties tables that the newest push made; credentials that it made stay, and are told. What was changed since by `haineko rotate` or by hand is left as it is, and told. A push that was broken off is taken back to the one before it. Tables of the deployed stack are not touched: those go back by `git revert` and `cdk deploy`. To take back a rotated credential: `haineko rotate --rollback`.',
  arguments: [STAGE()],
  options: [
    new Option('--to <label>', 'a push of the list (default: the one before)'),
    new Option('--list', 'list the pushes, and change nothing'),
    new Option('--retype', 'delete what was of another type, and make it anew 30 seconds later'),
    new Option('-y, --yes', 'do not ask'),
  ],
  aws: true,
  examples: [
    ['haineko rollback production', 'to the push before the one in force'],
    ['haineko rollback production --list', 'the newest eight, and which is in force'],
    ['haineko rollback production --to push-12', 'to one of them, forward too'],
  ],
  async run([given], options, world) {
    const stage = stageArgument(given);
    const parameters = await openStage(stage, options);
    try {
      const stored = await parameters.list();
      const record = pushRecord(stored);
      if (options.list) return listed(record);
      if (!record) throw new CommandFailure(`nothing was ever pushed to ${parameters.prefix}`);
      const label = rollbackLabel(record, options.to);
      const plan = await planRollback(parameters, stored, record, label);
      return await rollBack(parameters, stored, record, plan, options, world);
    } finally {
      parameters.close();
    }
  },
});

async function rollBack(
  parameters: StageParameters,
  stored: ReadonlyMap<string, Stored>,
  record: PushRecord,
  plan: Rollback,
  options: RollbackOptions,
  world: World,
): Promise<Done> {
  const by = whoPushes();
  refuseWhileUnderWay(record, by, world.now());
  const { label, changes, names } = plan;
  refuseRetyping(changes, options.retype === true);
  const shown = await describe(stored, plan);
  const keyOf = secretKeys(await parameters.describe(), undefined, stackToHeed(stored));
  const from = record.state === 'writing' ? `${record.label}, which was broken off,` : record.label;
  if (!options.yes) {
    tell(world, shown);
    const what = `Go from ${from} to ${label} in ${parameters.prefix}${inPlace(parameters)}?`;
    if (!(await confirm(what, '--yes', world)))
      throw new CommandFailure('not confirmed', 'Nothing was changed.');
    await refuseChangedMeanwhile({ stored }, parameters);
  }
  const interrupt = interruptible();
  try {
    const laying = changes.filter(({ wanted: { name } }) => !isShard(name));
    const writing: PushRecord = {
      ...record,
      label,
      state: 'writing',
      at: new Date(world.now()).toISOString(),
      by,
      since: new Date(world.now()).toISOString(),
      pid: process.pid,
      after: labelInForce(record) ?? null,
      changing: {
        ...record.changing,
        ...Object.fromEntries(
          laying.map(({ kind, wanted: { name } }) => [
            name,
            kind === 'retype' ? 1 : (stored.get(name)?.version ?? 0) + 1,
          ]),
        ),
      },
    };
    await beginWriting(parameters, writing, stored);
    const note = (line: string) => tell(world, line);
    const laid = await lay(parameters, changes, keyOf, {
      stopped: interrupt.asked,
      note,
      laid: marking(parameters, writing, world.now),
    });
    if (laid.left > 0) {
      throw new CommandFailure(
        `interrupted: ${laid.versions.size} of ${changes.length} parameters are put back`,
        'Run the same command again: it goes on.',
      );
    }
    // those that stand as they should, too: they may have been put back by a call that was broken off
    const standing = names.filter((name) => !isShard(name) && !plan.left.includes(name));
    const versions = standing.map(
      (name) => [name, laid.versions.get(name) ?? stored.get(name)?.version ?? 1] as const,
    );
    await labelPush(parameters, new Map(versions), label, []);
    await layRecord(parameters, endPush(writing).record);
    const text = [
      options.yes ? shown : '',
      `From ${from} to ${label}: ${laid.versions.size} put back. Relays take it within a minute.`,
    ];
    return { text: text.filter((line) => line !== '').join('\n'), json: result(plan, laid.versions) };
  } finally {
    interrupt.over();
  }
}

function result({ label, left, unused, gone }: Rollback, versions: ReadonlyMap<string, number>) {
  return { label, laid: [...versions].map(([name, version]) => ({ name, version })), left, unused, gone };
}

async function describe(
  stored: ReadonlyMap<string, Stored>,
  { changes, left, unused, gone }: Rollback,
): Promise<string> {
  const after = new Map(stored);
  for (const { wanted } of changes) after.set(wanted.name, { ...wanted, version: 0, modified: new Date(0) });
  const [now, then] = await Promise.all([storedDocuments(stored), storedDocuments(after)]);
  const lines = changes.flatMap(({ wanted: { name } }) => {
    const told = name.startsWith('authinfo/')
      ? ['~ (hidden)']
      : differences(name, Object(now.documents)[name], Object(then.documents)[name]);
    return [name, ...told.slice(0, 200).map((line) => `  ${line}`)];
  });
  const notes: readonly (readonly [string, readonly string[]])[] = [
    ['Left as it is, since it was changed after that push', left],
    ['Made by what is taken back, and left; nothing needs it (push --prune deletes it)', unused],
    ['Deleted by push --prune, and NOT brought back; haineko rotate --new lays it', gone],
  ];
  for (const [what, names] of notes) if (names.length > 0) lines.push(`${what}: ${names.join(', ')}`);
  return lines.join('\n');
}

function listed(record: PushRecord | undefined): Done {
  const inForce = record?.state === 'done' ? record.label : undefined;
  const pushes = (record?.pushes ?? []).map(({ label, at, by }) => ({
    label,
    at,
    by,
    inForce: label === inForce,
  }));
  const broken =
    record?.state === 'writing' ? `\n${record.label} of ${record.at} by ${record.by} was broken off.` : '';
  const rows = pushes.map((each) => [each.label, each.at, each.by, each.inForce ? 'in force' : '']);
  const text = rows.length === 0 ? 'No pushes.' : columns(rows);
  return {
    text: `${text}${broken}`,
    json: { pushes, ...(record && { state: record.state, label: record.label }) },
  };
}
