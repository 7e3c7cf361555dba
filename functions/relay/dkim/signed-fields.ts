/**
 * The header fields that a signature covers, where the mail has them: those whose words a reader sees or acts on, and
 * those that say how the body is read (RFC 6376 5.4.1). Not those that servers on the way add or rewrite: Received,
 * Return-Path, X-*.
 */
export const SIGNED_FIELDS: readonly string[] = [
  'From',
  'Sender',
  'Reply-To',
  'To',
  'Cc',
  'Subject',
  'Date',
  'Message-Id',
  'In-Reply-To',
  'References',
  'Auto-Submitted',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
  'Content-Disposition',
  'Content-Id',
  'List-Id',
  'List-Help',
  'List-Subscribe',
  // RFC 8058 4: one-click unsubscription holds only where both are signed
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
  'List-Post',
  'List-Owner',
  'List-Archive',
];
