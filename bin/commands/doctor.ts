import { isIP } from 'node:net';
import { Option } from 'commander';
import { collectValues } from '../collect-values.ts';
import { type AwsOptions, CommandFailure, defineCommand, wrongUsage } from '../command.ts';
import { STAGE, stageArgument } from '../stage/stage-argument.ts';

type DoctorOptions = AwsOptions & {
  readonly from: readonly string[];
  readonly url?: string;
  readonly dns?: string;
  readonly connect?: true;
  readonly timeout: string;
};

/** `haineko doctor`: a deployed stage, seen from outside. */
export const doctor = defineCommand<DoctorOptions>({
  name: 'doctor',
  summary: 'look at a deployed stage from outside, each finding with its fix',
  description:
    'Looks at a deployed stage from this machine and tells each finding with its fix: the parameters as the relay reads them, the API, the clock, routes that Lambda cannot take, Amazon SES (sandbox, quota, identities), and the DNS records of the domains that may send (DKIM, SPF, DMARC, MAIL FROM). It changes nothing, sends no mail and tries no password. Which domains may send it knows from `senders` in `password`, from sendermt and from --from. What it lacks the permission for is a note; where it may not read the parameters, an error.',
  arguments: [STAGE()],
  options: [
    new Option('--from <domain>', 'a domain or an address that sends; may be given several times')
      .argParser(collectValues)
      .default([], 'those of password and sendermt'),
    new Option('--url <url>', "where the API is (default: what the stack's record says)"),
    new Option('--dns <server[:port]>', "the name server to ask (default: this machine's own)"),
    new Option(
      '--connect',
      'greet each smarthost too: TCP, EHLO and STARTTLS, from this machine, without AUTH',
    ),
    new Option('--timeout <seconds>', 'how long a check may take').default('20'),
  ],
  aws: true,
  examples: [
    ['haineko doctor production', 'everything that can be known from outside'],
    [
      'haineko doctor production --from example.jp --connect',
      'a domain that no table names, and the smarthosts',
    ],
    ['haineko doctor production --json | jq \'.[] | select(.level == "error")\'', 'errors alone'],
  ],
  exits: { 0: 'no error was found; there may be warnings', 1: 'an error was found, or the command failed' },
  async run([given], options, world) {
    const stage = stageArgument(given);
    const { senderOf } = await import('../doctor/senders.ts');
    const from = options.from.map((text) => {
      const sender = senderOf(text);
      if (sender === undefined) throw wrongUsage('--from', 'a domain or an e-mail address', text);
      return sender;
    });
    const { connect = false, profile, region } = options;
    const asked = {
      ...(profile !== undefined && { profile }),
      ...(region !== undefined && { region }),
      stage,
      from,
      connect,
      url: urlOf(options.url),
      dns: serverOf(options.dns),
      limit: limitOf(options.timeout),
      now: world.now,
    };
    const [{ openWorld }, { examine }, { checks }, { report }] = await Promise.all([
      import('../doctor/world.ts'),
      import('../doctor/examine.ts'),
      import('../doctor/index.ts'),
      import('../doctor/report.ts'),
    ]);
    const seen = await openWorld(asked);
    try {
      const findings = await examine(checks, seen);
      const status = findings.some(({ level }) => level === 'error') ? 1 : 0;
      return { status, text: report(stage, findings), json: findings };
    } finally {
      seen.close();
    }
  },
});

function urlOf(given: string | undefined): string | undefined {
  if (given === undefined) return given;
  if (URL.canParse(given) && /^https?:/i.test(given)) {
    const { username, password } = new URL(given);
    if (username === '' && password === '') return given;
    // not repeated: it would stand in a log
    throw new CommandFailure('--url: expected an address without a user and a password', '', 2);
  }
  throw wrongUsage('--url', "the API's address, as https://abc123.execute-api.REGION.amazonaws.com", given);
}

/** As node:dns takes it: an address, of IPv6 in brackets where a port follows. */
function serverOf(given: string | undefined): string | undefined {
  if (given === undefined || isIP(given) !== 0) return given;
  const [, address = '', port] =
    /^(?:\[(.+)\]|([^:]+)):(\d{1,5})$/.exec(given)?.filter((each) => each !== undefined) ?? [];
  if (isIP(address) !== 0 && Number(port) > 0 && Number(port) <= 65_535) return given;
  throw wrongUsage(
    '--dns',
    "a name server's address, as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353",
    given,
  );
}

/** Milliseconds. */
function limitOf(given: string): number {
  const seconds = Number(given);
  if (given.trim() !== '' && seconds >= 1 && seconds <= 600) return Math.round(seconds * 1000);
  throw wrongUsage('--timeout', 'seconds, from 1 to 600', given);
}
