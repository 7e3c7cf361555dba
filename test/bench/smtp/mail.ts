/** A mail as a client submits it: plain text in UTF-8, 1 KB with the header that it gets. */
export const SUBMITTED = {
  ehlo: '[127.0.0.1]',
  mail: 'kijitora@example.jp',
  rcpt: ['mi-chan@example.org'],
  header: { from: 'Kijitora <kijitora@example.jp>', subject: 'Nyaa nyaa, 1 KB of it' },
  body: 'Nyaa, nyaa. The quick brown cat jumps over the lazy dog.\n'.repeat(12),
};

/** The same as nodemailer is given it. */
export const FOR_NODEMAILER = {
  from: SUBMITTED.header.from,
  to: SUBMITTED.rcpt[0],
  subject: SUBMITTED.header.subject,
  text: SUBMITTED.body,
};
