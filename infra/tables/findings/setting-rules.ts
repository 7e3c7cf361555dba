import { withoutSmtpd } from '../../../functions/tables/haineko-cf.ts';
import type { Subject } from './finding.ts';
import type { Rule } from './rule.ts';
import type { Seen } from './seen.ts';

/** A key of haineko.cf that is read and does nothing here: the original's file may have it. */
export type Setting = Subject & { readonly given: unknown };

/** The names that the original's tables have unless `mailer` and `access` say otherwise. */
const TABLE_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  mailer: { auth: 'authinfo', mail: 'sendermt', rcpt: 'mailertable' },
  access: { conn: 'relayhosts', rcpt: 'recipients' },
};

/** What is looked for in each key of haineko.cf that has no effect. */
export const SETTING_RULES: readonly Rule<Setting>[] = [
  {
    id: 'no-effect',
    level: 'note',
    when: (setting) => renamed(setting) === undefined,
    why: 'is of the file of Haineko 0.2.17, and has no effect here',
  },
  {
    id: 'table-name',
    level: 'warning',
    when: (setting) => renamed(setting) !== undefined,
    why: (setting) => `has no effect here: this table is always the file ${renamed(setting)}`,
  },
];

/** The keys of haineko.cf that its reader took and dropped. */
export function settingsOf({ documents, tables: { config } }: Seen): Setting[] {
  const settings: Record<string, unknown> = Object(withoutSmtpd(documents['haineko.cf']) ?? {});
  const dropped = Object.entries(settings).flatMap(([key, given]) => {
    if (Object.hasOwn(config, key)) return [];
    const inside = Object.entries(TABLE_NAMES[key] ?? {}).flatMap(([name, usual]) => {
      const file: unknown = Object(given ?? {})[name];
      return file === undefined || file === usual ? [] : [{ path: `${key}.${name}`, given: file }];
    });
    return inside.length > 0 ? inside : [{ path: key, given }];
  });
  const { libs } = Object(settings['milter'] ?? {});
  const all = libs === undefined ? dropped : [...dropped, { path: 'milter.libs', given: libs }];
  return all.map((each) => ({ table: 'haineko.cf', ...each }));
}

function renamed({ path }: Setting): string | undefined {
  const [key = '', name = ''] = path.split('.');
  return TABLE_NAMES[key]?.[name];
}
