import { join, normalize } from 'node:path';
import { columns } from '../terminal/columns.ts';
import { printable } from '../terminal/printable.ts';
import type { LaidFiles } from './lay-files.ts';
import { LOCAL } from './templates.ts';

/** What to do once the tables are there, in lines. `dir` is the folder that config/ is in, as the person named it. */
export function nextSteps(stage: string, dir: string, { laid }: LaidFiles): string[] {
  return stage === LOCAL ? localSteps(dir, laid) : deployedSteps(stage, dir, laid);
}

function localSteps(dir: string, laid: readonly string[]): string[] {
  return [
    'To change:',
    columns([
      ['mailertable', 'how mails go; as it comes they become files in a folder'],
      ['recipients', 'whom mail may be sent to'],
    ]),
    ...(laid.includes('password')
      ? ['The user `haineko` has a password that everybody knows: `haineko pw USER` makes another.']
      : []),
    '',
    `Then: haineko start --config ${printable(join(dir, 'config', LOCAL))}`,
  ];
}

function deployedSteps(stage: string, dir: string, laid: readonly string[]): string[] {
  const toEdit = [
    ['haineko.cf', "hostname: the server's name"],
    ['recipients', 'whom mail may be sent to; as it comes nobody'],
    ['mailertable', 'how mails go; as it comes by Amazon SES'],
  ].filter(([name = '']) => laid.includes(name));
  const deploy = stage === 'production' ? 'npx cdk deploy' : `npx cdk deploy -c stage=${stage}`;
  return [
    ...(toEdit.length > 0 ? ['To change first:', columns(toEdit), ''] : []),
    normalize(dir) === '.' ? 'Then:' : `Then, in the folder ${printable(normalize(dir))}:`,
    columns([
      [`haineko check ${stage}`, 'tells what is wrong in them'],
      [deploy, 'deploys the stage, with these tables'],
      [`haineko rotate ${stage} NAME --new`, 'makes a credential that a route names; with --user: a user'],
      [`haineko push ${stage}`, "lays changed tables, where the stage has tables: 'command'"],
    ]),
    '',
    'Users and credentials are secrets: they do not belong into these files, nor into a repository.',
  ];
}
