import { dump } from 'js-yaml';
import type { Capabilities } from '../../functions/relay/capabilities.ts';
import { relays } from '../../functions/relay/index.ts';
import type { CredentialUse, Relay } from '../../functions/relay/relay.ts';
import { keyTable } from './keys.ts';
import { code, page, printedFrom, table } from './markdown.ts';

const INTRODUCTION = `A route of mailertable or sendermt names one in \`mailer\`; its keys are in [tables.md](reference/tables.md#mailertable), those that only one mailer has are below. The case of a name counts. Adding one:
[CONTRIBUTING.md](../CONTRIBUTING.md#adding-a-mailer).`;

const CAPABILITIES = `A mail with something that its mailer cannot express is refused before anything is sent: 554 5.6.3, naming what. Nothing is left out in silence. "Others in To and Cc": an API without it makes the envelope from these fields, so a
mail is refused there whose To or Cc names anyone but its recipient, and one with a group or a Cc of no others. A dash under "most bytes": the mailer has no limit of its own, an SMTP server says its own (SIZE).`;

const TRYING = `\`haineko rotate --verify\` tries a credential by each route that names it, before it is written; how, says a line of each section. No mail is sent. Where an API has no request that every key may make, it is asked to send what has neither
recipient nor mail, which it must refuse.`;

const OWN = `Without a "kept" the provider may write its own. That refuses no mail: \`smtp.notes\` of the answer says so.`;

/** docs/mailers.md. */
export function mailersPage(): string {
  return page(
    printedFrom('the declarations in functions/relay'),
    '# Mailers',
    INTRODUCTION,
    table(
      ['mailer', 'what it does', 'default port', 'credential', 'DKIM', 'on Lambda'],
      relays.map(({ name, description, connects, port, local, credential, signs }) => [
        `[${code(name)}](#${name.toLowerCase()})`,
        description,
        connects ? String(port) : '-',
        { never: '-', may: 'optional', must: 'required' }[credential.needed],
        signs ? 'yes' : '-',
        local ? 'no' : 'yes',
      ]),
    ),
    'A dash as port: `host` and `port` mean nothing to this mailer. A mailer that is not for Lambda is a configuration error there.',
    '## What each can express',
    CAPABILITIES,
    table(
      [
        'mailer',
        'html',
        'files',
        'inline images',
        'other headers',
        'several From',
        'others in To and Cc',
        'null sender',
        'tags',
        'most bytes',
      ],
      relays.map(({ name, can }) => expressRow(name, can)),
    ),
    OWN,
    table(
      ['mailer', 'envelope sender', 'Message-Id', 'Date', 'charset'],
      relays.map(({ name, can }) => [
        code(name),
        kept(can.ownSender),
        kept(can.ownMessageId),
        kept(can.ownDate),
        can.charset ? 'kept' : 'UTF-8',
      ]),
    ),
    '## How a credential is tried',
    TRYING,
    ...relays.flatMap(mailerSection),
  );
}

function expressRow(name: string, can: Capabilities): string[] {
  const { html, attachments, inline, headers, severalFrom, cc, nullSender, tags, size } = can;
  const most = size === undefined ? '-' : size.toLocaleString('en');
  return [
    code(name),
    ...[html, attachments, inline, headers, severalFrom, cc, nullSender, tags].map(yes),
    most,
  ];
}

function mailerSection(relay: Relay): string[] {
  const { name, description, options, credential, limits, example } = relay;
  return [
    `## ${name}`,
    description,
    credentialLine(credential),
    triedLine(relay),
    limits.map((limit) => `- ${limit}`).join('\n'),
    Object.keys(options).length > 0 ? keyTable(options) : '',
    `\`\`\`yaml\n# mailertable\n${dump({ 'example.org': example.route })}${
      example.authinfo ? `\n# authinfo\n${dump(example.authinfo)}` : ''
    }\`\`\``,
  ];
}

function credentialLine({ needed, username, password, oauth2 }: CredentialUse): string {
  if (needed === 'never') return '';
  const parts = [
    username && `\`username\` is ${username}`,
    password && `\`password\` is ${password}`,
    oauth2 && '`oauth2` may stand in place of `password`',
  ].filter((part) => part !== undefined);
  const must = needed === 'must' ? '`auth` must name a credential' : '`auth` may name a credential';
  return `${must}: ${parts.join(', ')}.`;
}

/** How `rotate --verify` tries a credential of the mailer, and the DKIM key of its route. */
function triedLine({ credential: { tried }, signs }: Relay): string {
  const ways = [
    ...(tried === undefined ? [] : [`a credential by ${code(tried)}`]),
    ...(signs ? ['a DKIM key by its TXT record'] : []),
  ];
  return ways.length > 0 ? `\`haineko rotate --verify\` tries ${ways.join(', and ')}.` : '';
}

const yes = (can: boolean) => (can ? 'yes' : '-');
const kept = (ours: boolean) => (ours ? 'kept' : '-');
