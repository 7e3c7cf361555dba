import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { FileSystem } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './synthesized.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NO_NETWORK = join(ROOT, 'test', 'infra', 'no-network.cjs');
const CDK = ['node_modules/aws-cdk/bin/cdk', 'synth', '--quiet', '--output'];
const temporary = temporaryFolder();

/** Runs Node where the network is cut and watched, no AWS account is set up, and the home folder is empty. */
function cut(args: readonly string[], name: string, cwd = ROOT, more: Readonly<Record<string, string>> = {}) {
  const home = join(temporary, name);
  mkdirSync(home);
  const log = join(home, 'network.log');
  const started = performance.now();
  const ended = spawnSync(execPath, args, {
    cwd,
    encoding: 'utf8',
    env: {
      PATH: env['PATH'],
      HOME: home,
      TMPDIR: home,
      NETWORK_LOG: log,
      NODE_OPTIONS: `--require ${NO_NETWORK}`,
      ...more,
    },
  });
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  return { ...ended, lines, seconds: (performance.now() - started) / 1000, home };
}

/** A folder that looks like this repository to the CDK, with tables of its own. */
function repositoryWith(name: string, tables: Readonly<Record<string, string>>): string {
  const folder = join(temporary, name);
  mkdirSync(folder);
  for (const each of [
    'functions',
    'infra',
    'node_modules',
    'package.json',
    'tsconfig.json',
    'cdk.json',
    'bin',
    'test',
  ]) {
    symlinkSync(join(ROOT, each), join(folder, each));
  }
  cpSync(join(ROOT, 'config'), join(folder, 'config'), { recursive: true });
  for (const [table, text] of Object.entries(tables))
    writeFileSync(join(folder, 'config', 'production', table), text);
  return folder;
}

describe('cdk synth', () => {
  it('is watched: an attempt to connect, to look up or to fetch is seen', () => {
    const script = `
      require('net').connect(25, '192.0.2.1').on('error', () => {});
      require('dns').lookup('one.invalid', () => {});
      import('node:dns/promises').then((dns) => dns.lookup('two.invalid')).catch(() => {});
      require('https').get('https://192.0.2.2/').on('error', () => {});
      fetch('http://192.0.2.3/').catch(() => {});`;
    const { lines } = cut(['-e', script], 'watched');
    expect(lines.filter((line) => line.startsWith('attempt')).sort()).toEqual([
      'attempt connect 192.0.2.1:25',
      'attempt connect 192.0.2.2:443',
      'attempt connect 192.0.2.3:80',
      'attempt dns.lookup one.invalid',
      'attempt dns.promises.lookup two.invalid',
    ]);
  });

  it('works with no account and no network, tries to reach none, and leaves nothing to mend', {
    timeout: 60_000,
  }, () => {
    const out = join(temporary, 'assembly');
    const ended = cut([...CDK, out], 'synth');
    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.lines.filter((line) => line.startsWith('attempt'))).toEqual([]);
    // both were watched: the CLI, and the app that it started
    expect(ended.lines.some((line) => line.includes('cdk synth'))).toBe(true);
    expect(ended.lines.some((line) => line.includes('infra/app.ts'))).toBe(true);
    expect(ended.seconds).toBeLessThan(20);
    // the tables as they come: one thing is left to write, the server's name
    expect(ended.stderr.match(/^WARNING.*$/gm)).toEqual([
      "WARNING config/production/haineko.cf: hostname: relay.example.com is an example's name: name the server (Annotation)",
    ]);

    const template = JSON.parse(readFileSync(join(out, 'Haineko-production.template.json'), 'utf8'));
    expect(Object.values<{ Type: string }>(template.Resources).map((each) => each.Type)).not.toContain(
      'AWS::CDK::Metadata',
    );
    const [asset = ''] = readdirSync(out).filter((name) => name.startsWith('asset.'));
    expect(existsSync(join(out, asset, 'submit.mjs'))).toBe(true);
    expect(readdirSync(join(out, asset)).sort()).toEqual(['chunks', 'submit.mjs']);
    // its name is the bundle's own hash: what the bundle does not have (a comment, a test) deploys nothing
    expect(asset).toBe(`asset.${FileSystem.fingerprint(join(out, asset))}`);
  });

  it("tells a broken table by file, key and what was expected, without a stack's trace", {
    timeout: 60_000,
  }, () => {
    const folder = repositoryWith('broken', {
      mailertable: 'default: { mailer: File }\n',
      sendermt: 'a: { prot: 25 }\n',
    });
    const ended = cut([...CDK, join(temporary, 'broken-out')], 'broken-home', folder);
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain(
      'config/production/mailertable: default.mailer: expected a mailer for Lambda',
    );
    expect(ended.stderr).toContain('config/production/sendermt: a.prot: expected a key of mailer ESMTP');
    expect(ended.stderr).not.toMatch(/^\s+at /m);
    expect(existsSync(join(temporary, 'broken-out', 'Haineko-production.template.json'))).toBe(false);
  });

  it('ends where cdk-nag finds what nobody acknowledged', { timeout: 60_000 }, () => {
    const folder = repositoryWith('unacknowledged', {});
    rmSync(join(folder, 'infra'));
    cpSync(join(ROOT, 'infra'), join(folder, 'infra'), { recursive: true });
    const permit = join(folder, 'infra', 'permit.ts');
    writeFileSync(permit, readFileSync(permit, 'utf8').replace('wildcardReason === undefined', 'true'));
    const context = JSON.stringify({ 'aws:cdk:bundling-stacks': [] });
    const ended = cut(['--import', 'tsx', 'infra/app.ts'], 'nagged', folder, {
      CDK_CONTEXT_JSON: context,
      CDK_OUTDIR: join(temporary, 'nagged-out'),
    });
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain('AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:');
  });

  it('says where the tables of a stage are looked for', { timeout: 60_000 }, () => {
    const context = JSON.stringify({ stage: 'nowhere' });
    const ended = cut(['--import', 'tsx', 'infra/app.ts'], 'nowhere', ROOT, { CDK_CONTEXT_JSON: context });
    expect(ended.status).toBe(1);
    expect(ended.stderr).toBe(
      "config/nowhere: expected the folder of the stage's tables (config/production is one to copy), or tables: 'command', got nothing\n",
    );
  });
});
