import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from './synthesized.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** A CDK app of somebody else, with this package in its node_modules as npm puts it there. */
function theirApp(source: string): string {
  const folder = join(temporaryFolder(), 'theirs');
  const packages = join(folder, 'node_modules');
  mkdirSync(packages, { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter((each) => !each.startsWith('.'))) {
    symlinkSync(join(ROOT, 'node_modules', name), join(packages, name));
  }
  for (const each of ['package.json', 'functions', 'infra']) {
    cpSync(join(ROOT, each), join(packages, 'haineko', each), { recursive: true });
  }
  cpSync(join(ROOT, 'config', 'production'), join(folder, 'config', 'production'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'app.ts'), source);
  return folder;
}

it('Haineko stands in a CDK app of your own, as the README says', { timeout: 60_000 }, () => {
  const [, snippet = ''] = /```ts\n(import \{ Haineko \} from 'haineko\/infra';.*?)```/s.exec(README) ?? [];
  const [imports = '', use = ''] = snippet.split('\n\n');
  expect(use).toContain('new Haineko(this,');
  const folder = theirApp(`
    import { App, Stack } from 'aws-cdk-lib';
    ${imports}
    class Theirs extends Stack {
      constructor(app: App) {
        super(app, 'Theirs');
        ${use}
        const second = new Haineko(this, 'Second', { stage: 'second', config: 'config/production', authorization: 'iam' });
        if (second.url === undefined) throw new Error('no url');
      }
    }
    const app = new App({ outdir: "out" });
    new Theirs(app);
    app.synth();`);
  const ended = spawnSync(execPath, ['--import', 'tsx', 'app.ts'], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: env['PATH'], HOME: folder, TMPDIR: dirname(folder) },
  });
  expect(ended.status, ended.stderr).toBe(0);
  const text = readFileSync(join(folder, 'out', 'Theirs.template.json'), 'utf8');
  const resources = Object.values<{ Type: string; Properties: Record<string, unknown> }>(
    JSON.parse(text).Resources,
  );
  const of = (type: string) => resources.filter((each) => each.Type === type).map((each) => each.Properties);
  expect(of('AWS::ApiGatewayV2::Api')).toHaveLength(2);
  expect(of('AWS::SNS::Subscription')).toEqual([
    expect.objectContaining({ Endpoint: 'postmaster@example.jp' }),
  ]);
  expect(of('AWS::SSM::Parameter').map((each) => each['Name'])).toEqual(
    expect.arrayContaining(['/haineko/production/mailertable', '/haineko/second/mailertable']),
  );
  // the function's code was bundled from where the package lies
  const [asset = ''] = readdirSync(join(folder, 'out')).filter((name) => name.startsWith('asset.'));
  expect(readdirSync(join(folder, 'out', asset)).sort()).toEqual(['chunks', 'submit.mjs']);
});
