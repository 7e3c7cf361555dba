import { couldNot } from '../could-not.ts';
import { type Check, fail, note, ok, type Said, warn } from '../finding.ts';
import type { Identity, LookedIdentity } from '../identities.ts';

/** Whether SES knows each domain that may send by it, and signs for it. */
export const identity: Check = {
  name: 'identity',
  async look(world) {
    const looked = await world.identities();
    return [...failures(looked), ...looked.flatMap((each) => ('found' in each ? verdicts(each) : []))];
  },
};

/** An account's failure is told once. */
function failures(looked: readonly LookedIdentity[]): Said[] {
  return looked.flatMap((each) => {
    if ('found' in each) return [];
    const { level, what, ...rest } = couldNot(each.failure);
    return { level, what: `${each.account.title} ${what}`, ...rest };
  });
}

function verdicts({ sender, account, found }: LookedIdentity & { found: Identity | undefined }): Said[] {
  const { domain } = sender;
  if (!found) {
    return [
      fail(
        `${domain} is no identity of ${account.title}: its mails are refused`,
        become(domain, account.region),
      ),
    ];
  }
  const { name, VerifiedForSendingStatus, VerificationStatus = 'UNKNOWN' } = found;
  const as = name === domain ? name : `${domain} by ${name}`;
  if (!VerifiedForSendingStatus) {
    const fix = name.includes('@')
      ? `Follow the link in SES's mail to ${name}.`
      : 'Publish its DKIM records (dkim-records), and wait: up to 72 hours.';
    return [
      fail(`${as} is not verified (${VerificationStatus}): its mails are refused by ${account.title}`, fix),
    ];
  }
  const wrong = [...dkim(as, sender.domain, account.region, found), ...mailFrom(as, found)];
  const sound = wrong.every(({ level }) => level === 'note');
  return [...(sound ? [ok(`${as} is verified by ${account.title}, and signed`)] : []), ...wrong];
}

function become(domain: string, region: string): string {
  return `ses: { domain: '${domain}' } of the stage, or: aws sesv2 create-email-identity --region ${region} --email-identity ${domain}`;
}

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_DkimAttributes.html */
function dkim(as: string, domain: string, region: string, { name, DkimAttributes }: Identity): Said[] {
  const { SigningEnabled, Status } = DkimAttributes ?? {};
  if (SigningEnabled && Status === 'SUCCESS') return [];
  // keys are a domain's; an address has them of its own domain's identity, and that is none here
  if (name.includes('@'))
    return [
      warn(
        `${as}: its mails go unsigned: SES signs by a domain's identity, and ${domain} is none`,
        become(domain, region),
      ),
    ];
  if (!SigningEnabled)
    return [
      warn(
        `${as}: SES does not sign its mails with DKIM`,
        `aws sesv2 put-email-identity-dkim-attributes --region ${region} --email-identity ${name} --signing-enabled`,
      ),
    ];
  if (Status === 'TEMPORARY_FAILURE')
    return [
      warn(`${as}: SES cannot tell now whether it finds its DKIM records (${Status})`, later('dkim-records')),
    ];
  const what = `${as}: SES has not found its DKIM records (${Status}): mails go unsigned`;
  const fix = 'Publish them: dkim-records says which.';
  return [Status === 'FAILED' ? fail(what, fix) : warn(what, `${fix} SES looks for up to 72 hours.`)];
}

/** https://docs.aws.amazon.com/ses/latest/dg/mail-from.html */
function mailFrom(as: string, { MailFromAttributes }: Identity): Said[] {
  const { MailFromDomain, MailFromDomainStatus, BehaviorOnMxFailure } = MailFromAttributes ?? {};
  if (!MailFromDomain)
    return [
      note(
        `${as} has no MAIL FROM domain: recipients see amazonses.com, and DMARC holds by DKIM alone`,
        'One of your own: https://docs.aws.amazon.com/ses/latest/dg/mail-from.html',
      ),
    ];
  if (MailFromDomainStatus === 'SUCCESS') return [];
  if (MailFromDomainStatus === 'TEMPORARY_FAILURE')
    return [
      warn(
        `${as}: SES cannot tell now whether it finds the MX record of its MAIL FROM domain ${MailFromDomain} (${MailFromDomainStatus})`,
        later('mail-from'),
      ),
    ];
  const what = `${as}: its MAIL FROM domain ${MailFromDomain} is not in use (${MailFromDomainStatus})`;
  const fix = 'Publish its MX record: mail-from says which.';
  if (BehaviorOnMxFailure === 'REJECT_MESSAGE') return [fail(`${what}: its mails are refused`, fix)];
  return [warn(`${what}: amazonses.com takes its place`, fix)];
}

function later(check: string): string {
  return `Look again later; ${check} says what the DNS has.`;
}
