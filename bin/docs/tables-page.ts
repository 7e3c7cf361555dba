import { authinfoSchema, credentialSchema } from '../../functions/tables/authinfo.ts';
import { hainekoCfSchema } from '../../functions/tables/haineko-cf.ts';
import { MAILERTABLE, routeTableSchema } from '../../functions/tables/mailertable.ts';
import { oauth2Schema } from '../../functions/tables/oauth2.ts';
import {
  passwordSchema,
  principalEntries,
  principalsSchema,
  userEntries,
} from '../../functions/tables/password.ts';
import { recipientsSchema } from '../../functions/tables/recipients.ts';
import { relayhostsSchema } from '../../functions/tables/relayhosts.ts';
import { routeEntries } from '../../functions/tables/route-keys.ts';
import { SENDERMT } from '../../functions/tables/sendermt.ts';
import type { DocumentName } from '../../functions/tables/tables.ts';
import { descriptionOf, holds, keyTable } from './keys.ts';
import { KNOWN } from './known.ts';
import { page, printedFrom } from './markdown.ts';
import { TABLE_EXAMPLES } from './table-examples.ts';

const INTRODUCTION = `The tables say what the relay does. On your machine they are files in one folder (\`config/local\`, or \`--config DIR\`). Deployed,
they are parameters in SSM Parameter Store, under \`/haineko/<stage>/\`; see [operate.md](../operate.md).

- Each is YAML 1.2 or JSON, a mapping. A table without content, or of comments alone, counts as absent.
- A key that is not listed here is an error, and so is a value of another kind. The error names the table, the key, what
  stands there and what was expected.
- All tables are checked together. A change that has an error is not taken: the last good tables stay in force.
- Numbers may stand in quotes. Where 1 or 0 is expected, \`true\` and \`false\` are taken too.
- Domains are compared without regard to case. In mailertable, sendermt and recipients they may be written in Unicode (IDN).`;

/** docs/reference/tables.md. */
export function tablesPage(): string {
  const cf = hainekoCfSchema(KNOWN).entries;
  return page(
    printedFrom('the schemas in functions/tables'),
    '# The tables',
    INTRODUCTION,
    ...section('haineko.cf', descriptionOf('haineko.cf', hainekoCfSchema(KNOWN))),
    keyTable(cf),
    '### milter',
    `${descriptionOf('milter', cf.milter)} Their names: [milters.md](milters.md).`,
    keyTable(cf.milter.wrapped.entries),
    ...section('mailertable', MAILERTABLE),
    `A mapping from ${holds(routeTableSchema(KNOWN, MAILERTABLE).key)}, to:`,
    keyTable(routeEntries),
    'Some mailers have keys of their own beside these: [mailers.md](../mailers.md). An empty string counts as no value. An entry without keys counts as absent.',
    "When deployed, `default` is required, and `host` may not be Lambda's own loopback.",
    ...section('sendermt', SENDERMT),
    "The order in which a route is looked for: the recipient's domain in mailertable, the sender's domain in sendermt, `default` of mailertable, and at last 127.0.0.1:25 by ESMTP.",
    ...section('authinfo', descriptionOf('authinfo', authinfoSchema)),
    `A mapping from ${holds(authinfoSchema.key)}, to:`,
    keyTable(credentialSchema.entries),
    '### oauth2',
    keyTable(oauth2Schema.entries),
    'In SSM each credential is a parameter of its own, `authinfo/<name>`, which holds these keys.',
    ...section('relayhosts', descriptionOf('relayhosts', relayhostsSchema)),
    keyTable(relayhostsSchema.entries),
    ...section('recipients', descriptionOf('recipients', recipientsSchema)),
    keyTable(recipientsSchema.entries),
    ...section('password', descriptionOf('password', passwordSchema)),
    `A mapping from ${holds(passwordSchema.key)}, to a hash, or to:`,
    keyTable(userEntries),
    '### IAM principals',
    descriptionOf('principals', principalsSchema),
    `A mapping from ${holds(principalsSchema.key)}, to:`,
    keyTable(principalEntries),
    'A mapping without keys, `{}`, is allowed; a `password` is an error. A session may have an entry of its own, which goes before that of its role. Case counts. A caller without an entry is refused. How to use it: [operate.md](../operate.md#iam-users-and-roles).',
  );
}

function section(name: DocumentName | 'authinfo', description: string): string[] {
  return [`## ${name}`, description, `\`\`\`yaml${TABLE_EXAMPLES[name]}\`\`\``];
}
