import { Argument, Option } from 'commander';
import { collectValues } from '../collect-values.ts';
import {
  type AwsOptions,
  CommandFailure,
  type Done,
  defineCommand,
  type World,
  wrongUsage,
} from '../command.ts';
import { describeInForce, inForceBy } from '../rotate/in-force.ts';
import { type Keeping, LAYING } from '../rotate/keeping.ts';
import { newCredential, secretOf } from '../rotate/new-credential.ts';
import { layUser, newEntry } from '../rotate/new-user.ts';
import { credentialBefore, credentialDocument, entryBefore } from '../rotate/roll-back.ts';
import { routesNaming } from '../rotate/routes.ts';
import { type Asked, type Target, targetOf } from '../rotate/target.ts';
import { tryCredential } from '../rotate/try-credential.ts';
import { storedDocuments } from '../stage/documents.ts';
import { lay, refuseRetyping } from '../stage/lay.ts';
import { stackRecord } from '../stage/owner.ts';
import { inPlace, openStage, type StageParameters, type Stored } from '../stage/parameters.ts';
import { planOf } from '../stage/plan.ts';
import { pushRecord, refuseWhileUnderWay, whoPushes } from '../stage/pushes.ts';
import { secretKeys } from '../stage/secret-key.ts';
import { STAGE, stageArgument } from '../stage/stage-argument.ts';
import { askNewSecret } from '../terminal/ask.ts';

type RotateOptions = AwsOptions &
  Asked & {
    readonly verify?: true;
    readonly rollback?: true;
    readonly username?: string;
    readonly selector?: string;
    readonly document?: true;
    readonly sender?: readonly string[];
    readonly admin?: true;
    readonly keyId?: string;
    readonly retype?: true;
  };

/** `haineko rotate`: a new secret for a credential or a user, without a deployment. */
export const rotate = defineCommand<RotateOptions>({
  name: 'rotate',
  summary: 'give a credential or a user a new secret',
  description:
    "Asks for a new password, API key, token or private key (or reads it from stdin) and lays it in SSM: the only thing that changes. With --verify it is tried first, as each route that names it would use it, and nothing is sent: AUTH at the mail server, the API's own check, the DNS record of a DKIM key. Tells by when every relay uses it. docs/rotate.md: which side to change first.",
  arguments: [STAGE(), new Argument('<name>', 'a credential of authinfo, or a user of password')],
  options: [
    new Option('--verify', 'try a credential first; one that is refused, or cannot be tried, is not laid'),
    new Option('--rollback', 'lay the secret again that it had before'),
    new Option('--new', 'make a credential (with --user: a user) that is not there yet'),
    new Option('--user', 'the name is a user of password'),
    new Option('--credential', 'the name is a credential of authinfo'),
    new Option(
      '--username <name>',
      "a credential's user of SMTP-AUTH or of the API, where it becomes another",
    ),
    new Option('--selector <name>', 'of a DKIM key: where its public half is in DNS'),
    new Option('--document', 'what is read is the whole credential, as YAML or JSON'),
    new Option('--sender <domain or address>', 'a user may send as these only (repeat it)').argParser(
      collectValues,
    ),
    new Option('--admin', 'a user may see /conf, /dump and /route'),
    new Option('--retype', 'delete what is no SecureString, and make it anew 30 seconds later'),
    new Option('--key-id <key>', 'key of KMS (default: the one that it is under)'),
  ],
  aws: true,
  examples: [
    [
      'haineko rotate production Smarthost --verify',
      'asks for the new password, tries AUTH with it, lays it',
    ],
    ['printf %s "$KEY" | haineko rotate production SendGrid --verify --json', 'in a pipeline'],
    [
      'haineko rotate production kijitora --new --user --sender example.com',
      'a new user, who may send as example.com',
    ],
    [
      'haineko rotate production OurKey --selector 2026b < key.pem',
      'a DKIM key whose public half is in DNS already',
    ],
    ['haineko rotate production Google --new --document < google.yaml', 'a credential with oauth2'],
    ['haineko rotate production Smarthost --rollback', 'the one before'],
  ],
  async run([given, name = ''], options, world) {
    const stage = stageArgument(given);
    if (options.rollback && (options.new || options.verify))
      throw wrongUsage('--rollback', 'neither --new nor --verify with it', '--rollback');
    const parameters = await openStage(stage, options);
    try {
      const stored = await parameters.list();
      const users = await usersIn(stored);
      const target = targetOf(name, users, stored, options);
      refuseMisfits(target, options);
      refuseWhileUnderWay(pushRecord(stored), whoPushes(), world.now());
      const described = await parameters.describe();
      const { keyId } = options;
      const keeping: Keeping = {
        keyOf: secretKeys(described, keyId, stackRecord(stored)),
        underOtherKey: (each) => keyId !== undefined && described.get(each)?.keyId !== keyId,
        retype: options.retype === true,
      };
      const scene: Scene = { name, parameters, stored, keeping, world };
      return target === 'user'
        ? await rotateUser(scene, users, options)
        : await rotateCredential(scene, options);
    } finally {
      parameters.close();
    }
  },
});

/** What a rotation works on. */
type Scene = {
  readonly name: string;
  readonly parameters: StageParameters;
  readonly stored: ReadonlyMap<string, Stored>;
  readonly keeping: Keeping;
  readonly world: World;
};

function refuseMisfits(
  target: Target,
  { verify, username, selector, document, sender, admin }: RotateOptions,
): void {
  const ofCredential = { verify, username, selector, document };
  const ofUser = { sender, admin };
  const odd = Object.entries(target === 'user' ? ofCredential : ofUser).find(
    ([, value]) => value !== undefined,
  );
  if (odd)
    throw wrongUsage(
      `--${odd[0]}`,
      `an option for a ${target === 'user' ? 'credential' : 'user'}`,
      `a ${target}`,
    );
}

async function usersIn(stored: ReadonlyMap<string, Stored>): Promise<Readonly<Record<string, unknown>>> {
  const { documents, issues } = await storedDocuments(
    new Map([...stored].filter(([key]) => /^password(\/|$)/.test(key))),
  );
  if (issues.length > 0) {
    throw new CommandFailure(
      'the table password in SSM cannot be read',
      'haineko conf tells what is wrong in it.',
    );
  }
  return Object(documents.password ?? {});
}

async function rotateCredential(scene: Scene, options: RotateOptions): Promise<Done> {
  const { name, parameters, stored, keeping, world } = scene;
  const before = await credentialDocument(name, stored);
  const { documents } = await storedDocuments(stored);
  const routes = routesNaming(name, documents);
  const tried: string[] = [];
  let text: string;
  if (options.rollback) text = (await credentialBefore(name, parameters)).value;
  else {
    const given = await askNewSecret(`New ${secretOf(before, options)} of ${name}`, world);
    const made = await newCredential(name, before, given, options);
    if (options.verify) tried.push(...(await tryCredential(name, made.secret, routes, documents, world)));
    text = made.text;
  }
  await refuseChangedMeanwhile(scene, `authinfo/${name}`);
  const wanted = { name: `authinfo/${name}`, value: text, type: 'SecureString' as const };
  const { changes } = await planOf([wanted], stored, () => true, keeping.underOtherKey);
  refuseRetyping(changes, keeping.retype);
  const { versions } = await lay(parameters, changes, keeping.keyOf, LAYING);
  const version = versions.get(wanted.name) ?? stored.get(wanted.name)?.version ?? 0;
  const named = (routes ?? []).map(({ table, entry }) => `${table} ${entry}`);
  return laid(scene, 'credential', version, changes.length > 0, [
    ...tried,
    named.length > 0
      ? `Routes that name it: ${named.slice(0, 20).join(', ')}${named.length > 20 ? `, and ${named.length - 20} more` : ''}.`
      : routes === undefined
        ? 'Which routes name it is not known: the tables in SSM are wrong (haineko conf).'
        : `No route names it yet: auth: '${name}'.`,
  ]);
}

async function rotateUser(
  scene: Scene,
  users: Readonly<Record<string, unknown>>,
  options: RotateOptions,
): Promise<Done> {
  const { name, parameters, stored, keeping, world } = scene;
  const before = users[name];
  const rights = {
    ...(options.sender !== undefined && { senders: options.sender }),
    ...(options.admin !== undefined && { admin: options.admin }),
  };
  const entry = options.rollback
    ? (await entryBefore(name, before, parameters, stored)).entry
    : await newEntry(before, await askNewSecret(`New password of ${name}`, world), rights);
  await refuseChangedMeanwhile(scene, 'password');
  const version = await layUser(parameters, stored, users, [name, entry], keeping);
  return laid(scene, 'user', version, true, []);
}

/** A person may take long to type, and nobody else's change may be lost. */
async function refuseChangedMeanwhile({ parameters, stored }: Scene, name: string): Promise<void> {
  const now = (await parameters.list()).get(name);
  if (now?.version === stored.get(name)?.version) return;
  throw new CommandFailure(
    `somebody else changed ${name} meanwhile, and nothing was laid`,
    'Run the command again.',
  );
}

function laid(
  { name, world, parameters }: Scene,
  target: Target,
  version: number,
  changed: boolean,
  notes: readonly string[],
): Done {
  const now = world.now();
  const what = `${target} ${name}`;
  const text = changed
    ? [
        `Laid in ${parameters.prefix}${inPlace(parameters)}: ${what}, version ${version}.`,
        ...notes,
        describeInForce(now, target),
      ]
    : [`Nothing to lay: ${what} has this secret already (version ${version}).`, ...notes];
  return {
    text: text.join('\n'),
    json: {
      what,
      version,
      changed,
      place: parameters.place() ?? null,
      laidAt: new Date(now).toISOString(),
      inForceBy: inForceBy(now).toISOString(),
      notes,
    },
  };
}
