import { readFileSync } from 'node:fs';
import * as yaml from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { knownFrom } from '../../functions/app/known.ts';
import { milters } from '../../functions/milter/index.ts';
import { relays } from '../../functions/relay/index.ts';
import { readDocumentWith } from '../../functions/tables/document.ts';
import { hainekoCfSchema } from '../../functions/tables/haineko-cf.ts';
import { recipientsSchema } from '../../functions/tables/recipients.ts';
import { relayhostsSchema } from '../../functions/tables/relayhosts.ts';
import { routeEntries } from '../../functions/tables/route-keys.ts';
import { DOCUMENTS } from '../../functions/tables/tables.ts';
import { readTables } from '../../infra/tables/read-tables.ts';
import { TABLES, tablesIn, temporaryFolder } from './synthesized.ts';

const FOLDER = 'config/production';
const known = knownFrom(relays, milters, { deployed: true, machine: 'localhost' });
const textOf = (name: string) => readFileSync(`${FOLDER}/${name}`, 'utf8');

/** The keys of a table's mapping that mean something (those of the original without effect are not for new tables). */
function keysOf(schema: { pipe: readonly unknown[] }): string[] {
  const { entries } = schema.pipe[0] as {
    entries: Record<string, { pipe?: readonly { description?: string }[] }>;
  };
  return Object.entries(entries)
    .filter(
      ([, { pipe = [] }]) => !pipe.some(({ description }) => description?.includes('without effect here')),
    )
    .map(([key]) => key);
}

describe('config/production as it comes', () => {
  const { documents, tables } = readTables(FOLDER);

  it('sends by Amazon SES, and has everything else closed', () => {
    expect(documents.mailertable).toEqual({ default: { mailer: 'AmazonSES' } });
    for (const name of ['sendermt', 'password', 'authinfo'] as const) expect(documents[name]).toBeUndefined();
    for (const address of ['192.0.2.1', '2001:db8::1', '10.0.0.1'])
      expect(tables.relayhosts.permits(address)).toBe(false);
    expect(documents.recipients).toEqual({ 'open-relay': 0, domainpart: [], recipients: [] });
  });

  it('has a file for each table', () => {
    for (const name of [...DOCUMENTS, 'authinfo']) expect(textOf(name)).toMatch(/^# \S/);
  });

  it.each([
    ['haineko.cf', keysOf(hainekoCfSchema(known))],
    [
      'mailertable',
      [...Object.keys(routeEntries), ...Object.keys(known.mailers.get('ESMTP')?.options ?? {})],
    ],
    ['relayhosts', keysOf(relayhostsSchema)],
    ['recipients', keysOf(recipientsSchema)],
    ['password', ['password', 'senders', 'admin']],
    ['authinfo', ['username', 'password']],
  ])('%s has each key, with a comment', (name, keys) => {
    const lines = textOf(name).split('\n');
    expect(keys.length).toBeGreaterThan(1);
    for (const key of keys) {
      const line = lines.find((each) => new RegExp(`^#? *${key}:`).test(each));
      expect(line, key).toBeDefined();
      // authinfo's keys are told by the text above them
      if (name !== 'authinfo') expect(line).toMatch(/:.* # \S/);
    }
  });

  it('has examples that are right once their # is taken away', () => {
    const folder = temporaryFolder();
    // a line that begins with # and no blank is an example
    const open = (name: string) =>
      textOf(name)
        .replace(/^#(?=[^ \n])/gm, '')
        .replace(/^# {2}(?=\w+:)/gm, '  ');
    const config = tablesIn(folder, {
      ...TABLES,
      mailertable: open('mailertable'),
      sendermt: open('sendermt'),
    });
    const read = readTables(config);
    expect(Object.keys(read.documents.mailertable ?? {})).toEqual(['default', 'example.com']);
    expect(read.tables.mailertable.get('example.com')).toMatchObject({
      mailer: 'ESMTP',
      port: 587,
      starttls: 1,
      dkim: 'OurKey',
    });
    expect(read.tables.sendermt.get('customer.example')).toMatchObject({ mailer: 'SendGrid' });
    const principals = readDocumentWith(yaml, 'password', open('password'));
    expect(principals).toEqual({ 'arn:aws:iam::123456789012:role/billing': { senders: ['example.com'] } });
  });
});
