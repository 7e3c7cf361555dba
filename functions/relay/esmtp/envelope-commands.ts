import type { Delivery } from '../relay.ts';
import type { Extensions } from './extensions.ts';

/** What is said before the mail, in its order: MAIL, RCPT and DATA (RFC 5321 3.3), with what the server's extensions allow. */
export function envelopeCommands(
  { envelope, queueid }: Delivery,
  size: number,
  { sizes, dsn }: Extensions,
): readonly string[] {
  const { mail } = envelope;
  const [rcpt] = envelope.rcpt;
  // RFC 1870 6; RFC 3461 4. The null sender of a bounce asks for no report of its own (RFC 5321 4.5.5)
  const report = dsn && mail !== null;
  const parameters = `${sizes ? ` SIZE=${size}` : ''}${report ? ` RET=HDRS ENVID=${xtext(queueid)}` : ''}`;
  const reports = report ? ` NOTIFY=FAILURE,DELAY ORCPT=rfc822;${xtext(rcpt)}` : '';
  return [`MAIL FROM:<${mail ?? ''}>${parameters}`, `RCPT TO:<${rcpt}>${reports}`, 'DATA'];
}

/** RFC 3461 4: what is no printable ASCII, "+" and "=" in hexadecimal. */
function xtext(text: string): string {
  return text.replace(
    /[^!-*,-<>-~]/g,
    (character) => `+${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
