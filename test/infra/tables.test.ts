import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { shardOf } from '../../functions/store/shards.ts';
import { ConfigError } from '../../functions/tables/config-error.ts';
import type { HainekoProps } from '../../infra/haineko.ts';
import { synthesized, TABLES, tablesIn, temporaryFolder } from './synthesized.ts';

const folder = temporaryFolder();

/** The stack of tables that are right, but for these. */
function withTables(tables: Readonly<Record<string, string>>, props: Partial<HainekoProps> = {}) {
  return synthesized(folder, { config: tablesIn(folder, { ...TABLES, ...tables }), ...props });
}

/** What an error says; nothing where there is none. */
function caught(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    return error instanceof ConfigError ? error.message : `not a ConfigError: ${error}`;
  }
  return '';
}

/** What `cdk synth` says of tables that it refuses, without the folder's name. */
function refusal(tables: Readonly<Record<string, string>>, props: Partial<HainekoProps> = {}): string[] {
  const config = tablesIn(folder, { ...TABLES, ...tables });
  try {
    synthesized(folder, { config, ...props });
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    const lines = (error as ConfigError).message.split('\n');
    return lines.map((line) => {
      expect(line.startsWith(`${config}/`)).toBe(true);
      return line.slice(config.length + 1);
    });
  }
  return [];
}

const users = "haineko: '{SSHA}9p2euyteR33mp0TYKjmYhTlIt1ctxuRn'\n";
const principal = "arn:aws:iam::123456789012:role/billing:\n  senders: ['neko.test']\n";

describe('tables: stack', () => {
  it('lays each table that is there as JSON, in the cheapest tier that holds it', () => {
    const { tables } = withTables({ recipients: "domainpart: ['neko.test'] # ours\n", sendermt: '# none\n' });
    const shown = tables().map(({ Description: _, ...rest }) => rest);
    const common = { Type: 'String', Tier: 'Intelligent-Tiering' };
    expect(shown).toEqual([
      { ...common, Name: '/haineko/production/haineko.cf', Value: '{"hostname":"relay.neko.test"}' },
      { ...common, Name: '/haineko/production/mailertable', Value: '{"default":{"mailer":"AmazonSES"}}' },
      { ...common, Name: '/haineko/production/recipients', Value: '{"domainpart":["neko.test"]}' },
    ]);
  });

  it('lays them after the function: old code may not know a key of new tables', () => {
    const { template, ids } = withTables({});
    const [fn] = ids('AWS::Lambda::Function');
    const laid = { Properties: { Name: Match.stringLikeRegexp('/(haineko.cf|mailertable)$') } };
    const parameters = Object.values(template.findResources('AWS::SSM::Parameter', laid));
    expect(parameters.map((each) => each['DependsOn'])).toEqual([[fn], [fn]]);
  });

  it('says of a broken table its file, key, and what was expected', () => {
    expect(
      refusal({
        mailertable: 'default: { mailer: AmazonSES }\nneko.test: { host: smtp.neko.test, port: neko }\n',
        recipients: 'domainparts: []\n',
      }),
    ).toEqual([
      'mailertable: neko.test.port: expected a whole number from 1 to 65535, got "neko"',
      expect.stringMatching(/^recipients: domainparts: expected .*domainpart/),
    ]);
    expect(refusal({ sendermt: 'neko.test: [\n' })).toEqual([
      expect.stringMatching(/^sendermt: expected YAML or JSON, got a syntax error at line \d+/),
    ]);
  });

  it.each([
    ['File', 'default: { mailer: File }', /^mailertable: default\.mailer: expected a mailer for Lambda/],
    [
      'a path',
      'default: { mailer: /var/spool }',
      /^mailertable: default\.mailer: expected a mailer for Lambda/,
    ],
    ['Screen', 'default: { mailer: Screen }', /^mailertable: default\.mailer: expected a mailer for Lambda/],
    [
      'a loopback host',
      'default: { host: 127.0.0.1, port: 587 }',
      /^mailertable: default\.host: expected a host other/,
    ],
    ['no host', 'default: { mailer: ESMTP }', /^mailertable: default\.host: expected a host other/],
    ['no default', 'neko.test: { mailer: AmazonSES }', /^mailertable: default: expected a route/],
    [
      'a fallback to nowhere',
      'default: { mailer: AmazonSES, fallback: [a] }',
      /^mailertable: default\.fallback\[0\]/,
    ],
  ])('refuses %s', (_, mailertable, line) => {
    expect(refusal({ mailertable })).toEqual([expect.stringMatching(line)]);
  });

  it('refuses a hostname that is not there', () => {
    expect(refusal({ 'haineko.cf': '# nothing\n' })).toEqual([
      "haineko.cf: hostname: expected the server's name, got nothing",
    ]);
  });

  it('refuses a folder that is not there, and a file that no table is called', () => {
    expect(() => synthesized(folder, { config: 'config/nowhere' })).toThrow(
      "config/nowhere: expected the folder of the stage's tables (config/production is one to copy), or tables: 'command', got nothing",
    );
    expect(refusal({ mailertabel: '' })).toEqual([
      'mailertabel: expected a file named haineko.cf, mailertable, sendermt, relayhosts, recipients, password, authinfo, got another name',
    ]);
    expect(refusal({ 'README.md': 'Nyaa', '.gitkeep': '' })).toEqual([]);
  });

  it("refuses '{{', '${' and '#{' in a value or a key, and shows neither", () => {
    const expected =
      "expected no '{{', '${' or '#{': Parameter Store, CloudFormation and the CDK take them for references, got a text with one";
    for (const text of [
      '{{resolve:secretsmanager:x}}',
      `\${Token[AWS.AccountId.0]}`,
      `\${AWS::AccountId}`,
      '#{Token[x]}',
    ]) {
      const recipients = JSON.stringify({ recipients: [`"${text}"@neko.test`] });
      expect(refusal({ recipients }), text).toEqual([`recipients: recipients[0]: ${expected}`]);
    }
    // as JSON may write it, and as the CDK writes a placeholder for a number
    expect(refusal({ recipients: '{ "recipients": ["\\"\\u007b\\u007ba\\"@neko.test"] }' })).toEqual([
      `recipients: recipients[0]: ${expected}`,
    ]);
    expect(refusal({ 'haineko.cf': "hostname: 'relay.neko.test'\nversion: '{{a}}'\n" })).not.toEqual([]);
  });

  it('lays nothing of the keys that have no effect: what stands there may be anything', () => {
    const cf =
      "hostname: 'relay.neko.test'\nsyslog: { password: hunter2 }\nmilter: { libs: [hunter2], head: [Nyaa] }\n";
    const smtpd = `smtpd:\n${cf.replace(/^/gm, '  ')}`;
    for (const given of [cf, smtpd]) {
      const [parameter] = withTables({ 'haineko.cf': given }).tables();
      expect(JSON.parse(String(parameter?.['Value']))).toEqual({
        hostname: 'relay.neko.test',
        milter: { head: ['Nyaa'] },
      });
    }
  });

  it('refuses files that are none, cannot be read, or say other than they look', () => {
    const config = tablesIn(folder, TABLES);
    mkdirSync(join(config, 'recipients'));
    symlinkSync('nowhere', join(config, 'relayhosts'));
    writeFileSync(join(config, 'sendermt'), Buffer.from([0x61, 0x3a, 0xff]));
    writeFileSync(join(config, 'password'), '{ "a": {}, "a": {} }');
    const message = caught(() => synthesized(folder, { config })).replaceAll(`${config}/`, '');
    expect(message.split('\n')).toEqual([
      'sendermt: expected a text in UTF-8, got other octets',
      'relayhosts: expected a file that can be read, got ENOENT',
      'recipients: expected a file, got something else',
      'password: expected YAML or JSON, got a syntax error at line 1, column 13',
    ]);
    const file = join(config, 'haineko.cf');
    expect(caught(() => synthesized(folder, { config: file }))).toMatch(
      /haineko\.cf: expected the folder .*, got ENOTDIR$/,
    );
  });

  it('ends on aliases that make a thousand million values, or lead back to themselves', () => {
    const levels = Array.from(
      { length: 9 },
      (_, at) => `  l${at + 1}: &l${at + 1} [${Array(10).fill(`*l${at}`).join()}]`,
    );
    const bomb = `system:\n  l0: &l0 x\n${levels.join('\n')}\n`;
    const cf = "hostname: 'relay.neko.test'\n";
    expect(refusal({ 'haineko.cf': cf + bomb })).toEqual([
      'haineko.cf: expected at most 1000000 values, got more of them',
    ]);
    expect(refusal({ authinfo: bomb })).toEqual([
      'authinfo: expected at most 1000000 values, got more of them',
    ]);
    for (const deep of [`${cf}system: &s { x: *s }\n`, `{"system":${'['.repeat(50)}${']'.repeat(50)}}`]) {
      expect(refusal({ 'haineko.cf': deep })).toEqual([
        'haineko.cf: expected at most 32 levels, got more of them',
      ]);
    }
  });

  it('never lays `password` without IAM: a String would stand where the secret belongs', () => {
    const names = withTables({ password: '{}\n' })
      .tables()
      .map((each) => each['Name']);
    expect(names).not.toContain('/haineko/production/password');
  });

  it('never lets a credential into a template, and names the command that lays it', () => {
    const secret = 'nyanko22-secret';
    const given = { authinfo: `Google:\n  username: neko\n  password: '${secret}'\n`, password: users };
    const lines = refusal(given);
    expect(lines).toEqual([
      'authinfo: expected no credentials: they would stand in the template. Lay each by: npx haineko rotate production NAME --new (it becomes the secret /haineko/production/authinfo/NAME), got 1 of them',
      'password: expected no users: their hashes would stand in the template. Lay each by: npx haineko rotate production NAME --new --user (it becomes the secret /haineko/production/password), got 1 of them',
    ]);
    expect(lines.join()).not.toMatch(/nyanko22|SSHA|9p2euyteR/);
    expect(refusal({ authinfo: '# none\n', password: '# nobody\n' })).toEqual([]);
    for (const authinfo of ['hunter2\n', '12345678\n', '[hunter2]\n']) {
      const [line = ''] = refusal({ authinfo });
      expect(line).toMatch(/^authinfo: expected no credentials: .*, got (?:something|1 of them)$/);
    }
    // an error in the file quotes nothing either
    expect(refusal({ authinfo: `Google: *${secret}\n` }).join()).not.toContain(secret);
  });

  it('cuts a table over 8 KB of UTF-8 into shards, which are there before their index is', () => {
    const domains = Array.from({ length: 900 }, (_, number) => `猫${number}.neko.test`);
    const mailertable = [
      'default: { mailer: AmazonSES }',
      ...domains.map((each) => `${each}: { mailer: SendGrid, auth: Customer }`),
    ];
    const { template, tables } = withTables({ mailertable: mailertable.join('\n') });
    const laid = new Map(tables().map((each) => [each['Name'], String(each['Value'])]));
    const index = JSON.parse(laid.get('/haineko/production/mailertable') ?? '') as {
      shards: number;
      from: number;
    };
    expect(index).toMatchObject({ default: { mailer: 'AmazonSES' } });
    expect(index.shards).toBeGreaterThan(1);
    for (const value of laid.values()) expect(Buffer.byteLength(value)).toBeLessThanOrEqual(8192);
    for (const domain of domains) {
      const ascii = new URL(`http://${domain}`).hostname;
      const number = String(index.from + shardOf(ascii, index.shards)).padStart(2, '0');
      expect(JSON.parse(laid.get(`/haineko/production/mailertable/${number}`) ?? '{}')).toHaveProperty([
        domain,
      ]);
    }
    const parameters = template.findResources('AWS::SSM::Parameter');
    const idOf = (name: string) =>
      Object.keys(parameters).find((id) => parameters[id]?.['Properties'].Name === name);
    const own = parameters[idOf('/haineko/production/mailertable') ?? ''];
    const shards = [...laid.keys()].filter((name) => String(name).includes('mailertable/'));
    expect(shards).toHaveLength(index.shards);
    expect(own?.['DependsOn']).toEqual(expect.arrayContaining(shards.map((name) => idOf(String(name)))));
    // five at a time: Parameter Store throttles who puts them all at once
    expect(shards.length).toBeGreaterThan(6);
    for (const [at, name] of shards.entries()) {
      const after = (parameters[idOf(String(name)) ?? '']?.['DependsOn'] ?? []) as string[];
      const before = at < 5 ? [] : [idOf(String(shards[at - 5]))];
      expect(after.filter((id) => id.includes('mailertable'))).toEqual(before);
    }
  });

  it('refuses what even shards do not hold, and what a template does not', () => {
    const senders = Array.from({ length: 600 }, (_, at) => `sender-${at}.neko.test`).join();
    expect(
      refusal(
        { password: `${principal}arn:aws:iam::123456789012:role/wide: { senders: [${senders}] }\n` },
        { authorization: 'iam' },
      ),
    ).toEqual([
      expect.stringMatching(
        /^password: arn:aws:iam::123456789012:role\/wide: expected at most 8192 bytes as JSON, got \d+ bytes$/,
      ),
    ]);
    const many = Array.from({ length: 30_000 }, (_, number) => `  - 'cat-number-${number}@neko.test'\n`);
    expect(refusal({ recipients: `recipients:\n${many.join('')}` })).toEqual([
      expect.stringMatching(
        /expected at most 800000 bytes and 400 parameters of tables in a template \(lay them yourself, with tables: 'command'\), got \d+ bytes and \d+ parameters$/,
      ),
    ]);
  });
});

describe('tables: command', () => {
  it('lays no table and looks at no folder; the function may read the path all the same', () => {
    const { template, tables } = synthesized(folder, { tables: 'command', config: 'config/nowhere' });
    expect(tables()).toEqual([]);
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toContain(
      'parameter/haineko/production/*',
    );
  });
});

describe('authorization: iam, in tables', () => {
  it('lays a password table of principals: they are no secrets', () => {
    const { tables } = withTables({ password: principal }, { authorization: 'iam' });
    expect(tables().at(-1)).toMatchObject({
      Name: '/haineko/production/password',
      Value: '{"arn:aws:iam::123456789012:role/billing":{"senders":["neko.test"]}}',
    });
  });

  it('goes with no Basic authentication', () => {
    const iam = { authorization: 'iam' } as const;
    expect(refusal({ password: principal + users }, iam)).toEqual([
      "password: expected no users of Basic authentication beside authorization: 'iam', principals' ARNs alone, got 1 of them",
    ]);
    expect(refusal({ 'haineko.cf': "hostname: 'relay.neko.test'\nrequire_auth: true\n" }, iam)).toEqual([
      "haineko.cf: require_auth: expected no Basic authentication beside authorization: 'iam', which lets nobody in without a signature, got 1",
    ]);
  });

  it('goes without it as it likes: require_auth is for Basic authentication', () => {
    const { tables } = withTables({ 'haineko.cf': "hostname: 'relay.neko.test'\nrequire_auth: 1\n" });
    expect(tables()).toHaveLength(2);
  });

  it('is needed by principals in the password table', () => {
    expect(refusal({ password: principal })).toEqual([
      "password: expected no principals of IAM without authorization: 'iam', got 1 of them",
    ]);
  });
});

describe('warnings', () => {
  const warnings = (tables: Readonly<Record<string, string>>, props: Partial<HainekoProps> = {}) =>
    withTables(tables, props)
      .warnings()
      .map((each) => each.replace(/^.*\/config-\w+\//, '').replace(/\s*\[ack:.*$/s, ''));

  it('are not there for tables that are all right', () => {
    expect(
      warnings({ relayhosts: 'relayhosts: [192.0.2.0/24]', recipients: 'domainpart: [neko.test]' }),
    ).toEqual([]);
  });

  it('tell of port 25 and MX, with the reason', () => {
    const found = warnings({
      mailertable:
        'default: { host: smtp.neko.test }\nmx.test: { mailer: MX }\noff.test: { mailer: MX, disabled: 1 }\nsub.test: { host: a.test, port: 587 }\n',
      sendermt:
        "Neko.Test: { host: b.test, port: 25 }\n'ねこ.jp': { mailer: MX }\n'MIKE.test.': { mailer: MX }\n",
      recipients: 'domainpart: [mx.test, sub.test]',
    });
    expect(found).toEqual([
      expect.stringMatching(
        /^mailertable: default\.port: Lambda cannot reach port 25, .*AWS lifts that.*use 587 or 465/,
      ),
      expect.stringMatching(/^mailertable: mx\.test\.mailer: MX goes to port 25, which Lambda cannot reach/),
      expect.stringMatching(/^sendermt: Neko\.Test\.port: Lambda cannot reach port 25/),
      expect.stringMatching(/^sendermt: ねこ\.jp\.mailer: MX goes to port 25/),
      expect.stringMatching(/^sendermt: MIKE\.test\.\.mailer: MX goes to port 25/),
    ]);
  });

  it('tell of open tables, and of a hostname that is an example', () => {
    expect(
      warnings({
        'haineko.cf': "hostname: 'relay.example.com'\n",
        relayhosts: "relayhosts: ['0.0.0.0/0']",
        recipients: 'open-relay: 1',
      }),
    ).toEqual([
      expect.stringMatching(/^haineko\.cf: hostname: relay\.example\.com is an example's name/),
      expect.stringMatching(/^relayhosts: relayhosts: anybody on the Internet may connect/),
      expect.stringMatching(/^recipients: open-relay: an open relay/),
    ]);
  });

  it('are all that is found, but for what is only worth knowing', () => {
    const mailertable =
      'default: { mailer: AmazonSES }\nhop.test: { mailer: Haineko, host: hop.test, auth: Hop, timeout: 60 }\n';
    expect(warnings({ mailertable, recipients: 'domainpart: [hop.test]' })).toEqual([
      // an error to `haineko check`; a stack that could be deployed before can be deployed still
      expect.stringMatching(/^mailertable: hop\.test\.auth: nothing is ever sent/),
    ]);
  });

  it('tell of networks that hold all of IPv6, and of names that are examples', () => {
    expect(warnings({ relayhosts: "relayhosts: ['::/0']" })).toEqual([
      expect.stringMatching(/^relayhosts: relayhosts: anybody/),
    ]);
    expect(warnings({ relayhosts: "relayhosts: ['2001:db8::/32', '192.0.2.0/24']" })).toEqual([]);
    for (const name of ['relay.example.jp', 'example.net', 'mx.example.org']) {
      expect(warnings({ 'haineko.cf': `hostname: '${name}'\n` })).toEqual([expect.stringContaining(name)]);
    }
  });

  it('tell that nobody is let in by IAM where no principal is named', () => {
    const iam = { authorization: 'iam' } as const;
    expect(warnings({}, iam)).toEqual([expect.stringMatching(/^password: nobody may call/)]);
    expect(warnings({ password: principal, relayhosts: 'open-relay: 1' }, iam)).toEqual([]);
  });
});
