import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Call, type Ended, haineko } from './haineko.ts';

/** Tables about which there is nothing to say when they are deployed. */
export const RIGHT = {
  'haineko.cf': 'hostname: relay.neko.test\n',
  mailertable: 'default:\n  mailer: AmazonSES\n',
  recipients: 'domainpart: [neko.test]\n',
};

/** A folder for one test; it goes with it. */
export function folderFor(): string {
  const folder = mkdtempSync(join(tmpdir(), 'haineko-check-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes tables into a folder, which is made where it is not there. */
export function writeTables(folder: string, tables: Readonly<Record<string, string | Buffer>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(tables)) writeFileSync(join(folder, name), text);
}

/** Runs `haineko check` where config/ has a folder of these tables: `production` beside what is right, `local` alone. */
export function checked(
  stage: 'production' | 'local',
  tables: Readonly<Record<string, string | Buffer>>,
  args: readonly string[] = [],
  call: Call = {},
): Promise<Ended> {
  const folder = folderFor();
  writeTables(join(folder, 'config', stage), stage === 'local' ? tables : { ...RIGHT, ...tables });
  return haineko(['check', stage, ...args], { cwd: folder, ...call });
}
