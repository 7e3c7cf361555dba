import { Argument, Option } from 'commander';
import { collectValues } from '../collect-values.ts';
import { type AwsOptions, CommandFailure, defineCommand, wrongUsage } from '../command.ts';
import { rotateCredential } from '../rotate/rotate-credential.ts';
import { refuseUsersOfIam, rotateUser } from '../rotate/rotate-user.ts';
import type { Keeping, Scene } from '../rotate/scene.ts';
import { type Asked, type Target, targetOf } from '../rotate/target.ts';
import { storedDocuments } from '../stage/documents.ts';
import { stackToHeed } from '../stage/owner.ts';
import { openStage, type Stored } from '../stage/parameters.ts';
import { pushRecord } from '../stage/push-record.ts';
import { refuseWhileUnderWay, whoPushes } from '../stage/pushes.ts';
import { secretKeys, underOtherKey } from '../stage/secret-key.ts';
import { STAGE, stageArgument } from '../stage/stage-argument.ts';

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
    const beside = (['new', 'verify', 'username', 'selector', 'document', 'sender', 'admin'] as const).find(
      (option) => options[option] !== undefined,
    );
    if (options.rollback && beside !== undefined)
      throw wrongUsage('--rollback', `no --${beside} with it`, 'both');
    const parameters = await openStage(stage, options);
    try {
      const stored = await parameters.list();
      const users = await usersIn(stored);
      const target = targetOf(name, users, stored, options);
      refuseMisfits(target, options);
      if (target === 'user') refuseUsersOfIam(stored);
      refuseWhileUnderWay(pushRecord(stored), whoPushes(), world.now());
      const described = await parameters.describe();
      const { keyId } = options;
      const keeping: Keeping = {
        keyOf: secretKeys(described, keyId, stackToHeed(stored)),
        underOtherKey: underOtherKey(described, keyId),
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
