import { Argument, Option } from 'commander';
import { type AwsOptions, defineCommand, wrongUsage } from '../command.ts';
import { localFolder } from '../local/local-folder.ts';
import { byFolder, byRelay, byStage } from '../route/explainers.ts';
import { inWords } from '../route/in-words.ts';
import { questionOf } from '../route/question.ts';
import { stageArgument } from '../stage/stage-argument.ts';

type RouteOptions = AwsOptions & {
  readonly client?: string;
  readonly user?: string;
  readonly ehlo?: string;
  readonly config?: string;
  readonly stage?: string;
  readonly url?: string;
  readonly as?: string;
  readonly iam?: true;
  readonly insecure?: true;
};

/** `haineko route`: what would become of a mail, without sending it. */
export const route = defineCommand<RouteOptions>({
  name: 'route',
  summary: 'explain the route of a mail, without sending it',
  description:
    'Tells which way a mail would take and why: the tables and entries looked at in order, what matched, what was skipped and why, mailer, host, the credential (masked) and its version, the fallbacks. With --client, --user and --ehlo also every refusal that would come first. By the tables of a folder, of a deployed stage (read with your own keys), or by asking a relay itself (POST /route, for a user with admin). No mail server, API or DNS is asked.',
  arguments: [new Argument('<from>', 'envelope sender'), new Argument('<to>', 'one envelope recipient')],
  options: [
    new Option('--client <ip>', 'the address that the mail would be submitted from'),
    new Option('--user <user>', 'who would submit it: a user, or the ARN of an IAM principal'),
    new Option('--ehlo <name>', 'the name that the client would give'),
    new Option('-c, --config <dir>', "folder of the tables (default: config/local here, or the package's)"),
    new Option('-s, --stage <stage>', "a deployed stage's tables, read in AWS"),
    new Option('-u, --url <url>', 'ask a relay'),
    new Option(
      '--as <user>',
      'with --url: who asks, a user with admin; password: HAINEKO_PASSWORD, or asked for',
    ),
    new Option('--iam', 'with --url: sign with your keys for AWS'),
    new Option('--insecure', 'send a password or signature over http:// to another machine'),
  ],
  aws: true,
  examples: [
    ['haineko route neko@example.jp kijitora@example.org', 'by the local tables'],
    [
      'haineko route neko@example.jp kijitora@example.org --stage production --client 203.0.113.9 --user kijitora',
      'what the deployed relay would do with this client',
    ],
    [
      'haineko route neko@example.jp kijitora@example.org --url https://a1b2c3d4e5.execute-api.ap-northeast-1.amazonaws.com --as admin --json',
      'asks the relay itself',
    ],
  ],
  exits: {
    0: 'it would be relayed, as far as tables tell',
    1: 'it would be refused or put off, or the command failed',
  },
  async run([from = '', to = ''], options, world) {
    const { config, stage, url } = options;
    const places = Object.entries({ config, stage, url }).filter(([, value]) => value !== undefined);
    if (places.length > 1)
      throw wrongUsage(`--${places[0]?.[0]}`, `no --${places[1]?.[0]} beside it`, 'both');
    const relayOnly = (['as', 'iam', 'insecure'] as const).find((name) => options[name] !== undefined);
    if (relayOnly !== undefined && url === undefined)
      throw wrongUsage(`--${relayOnly}`, '--url with it', undefined);
    if (options.as !== undefined && options.iam) throw wrongUsage('--as', 'no --iam beside it', '--iam');
    const asked = questionOf(from, to, options);
    const explained =
      url !== undefined
        ? await byRelay(asked, url, options, world)
        : stage !== undefined
          ? await byStage(asked, stageArgument(stage, '--stage'), options)
          : await byFolder(asked, config ?? localFolder(world), world);
    const held = explained.refusals.length > 0 || explained.warnings.some(({ code }) => code !== null);
    const tables = url ?? (stage === undefined ? (config ?? localFolder(world)) : `stage ${stage} in AWS`);
    return { status: held ? 1 : 0, text: inWords(explained, tables), json: explained };
  },
});
