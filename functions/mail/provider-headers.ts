/**
 * Header fields that a provider takes as commands: they could add recipients past our `recipients` table, swap the
 * text for a stored template, or change the account's settings. Lower case; a name that ends in "-" is a prefix.
 */
const PROVIDER_HEADERS: readonly string[] = [
  // SendGrid: one JSON field with `to`, `filters` (bcc among them), `send_at`; X-SG-* are its own marks.
  'x-smtpapi',
  'x-sg-',
  // Mandrill: X-MC-BccAddress, X-MC-Template, X-MC-SendAt, X-MC-Subaccount, ...
  'x-mc-',
  // Amazon SES: X-SES-SOURCE-ARN, X-SES-FROM-ARN, X-SES-CONFIGURATION-SET, X-SES-MESSAGE-TAGS, X-SES-TENANT, ...
  'x-ses-',
  // Postmark: X-PM-Message-Stream, X-PM-Tag, X-PM-TrackLinks, X-PM-Metadata-*; X-Postmark-* are its API's tokens.
  'x-pm-',
  'x-postmark-',
  // Mailgun: X-Mailgun-Recipient-Variables, X-Mailgun-Drop-Message, X-Mailgun-Deliver-By, X-Mailgun-Sending-Ip, ...
  'x-mailgun-',
  // SparkPost: `cc`, `bcc` and `archive` recipients in one JSON field; X-MSFBL carries its tracking.
  'x-msys-',
  'x-msfbl',
  // Mailjet: X-MJ-TemplateErrorReporting names an address that gets a copy; X-MJ-TemplateID, X-Mailjet-Campaign, ...
  'x-mj-',
  'x-mailjet-',
  // Brevo, once Sendinblue, once Mailin: X-Sib-Sandbox, X-Mailin-Tag, X-Mailin-custom, ...
  'x-sib-',
  'x-mailin-',
  'x-brevo-',
  // Elastic Email: X-ElasticEmail-Settings, and the merge fields and pools beside it.
  'x-elasticemail-',
  'x-elastic-',
  // Certified Senders Alliance: X-CSA-Complaints vouches for the sender where mailbox providers listen.
  'x-csa-',
  // SMTP2GO, MailerSend, Emailit and SMTPeter: X-Smtp2go-*, X-MailerSend-*, X-Emailit-*, X-SMTPeter-*.
  'x-smtp2go-',
  'x-mailersend-',
  'x-emailit-',
  'x-smtpeter-',
  // SocketLabs: X-xsMessageId and X-xsMailingId choose the reports that a mail counts in.
  'x-xsmessageid',
  'x-xsmailingid',
  // Sendmachine, Campaigner, Contactlab and Resend: campaigns, stored templates, delivery types, idempotency.
  'x-sm-',
  'x-cmp-',
  'x-clab-',
  'x-resend-',
];

const NAMES = new Set(PROVIDER_HEADERS.filter((name) => !name.endsWith('-')));
const PREFIXES = PROVIDER_HEADERS.filter((name) => !NAMES.has(name));

/** Whether a header field commands a provider (wire.md, "The outgoing mail"). Ignores case (RFC 5322 1.2.2). */
export function commandsProvider(name: string): boolean {
  const lower = name.trim().toLowerCase();
  return NAMES.has(lower) || PREFIXES.some((prefix) => lower.startsWith(prefix));
}
