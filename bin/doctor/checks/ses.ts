import type { GetAccountResponse } from '@aws-sdk/client-sesv2';
import { couldNot } from '../could-not.ts';
import { type Check, fail, ok, type Said, warn } from '../finding.ts';

/** From this part of the quota on there is little time to have it raised. */
const MUCH = 0.8;
const QUOTA =
  'Have it raised: https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-request-increase.html';

/** Whether each SES by which routes send may send, and how much. */
export const ses: Check = {
  name: 'ses',
  async look(world) {
    const { GetAccountCommand } = await import('@aws-sdk/client-sesv2');
    const looked = (await world.ses()).map(async ({ title, region, ask }): Promise<readonly Said[]> => {
      try {
        const account = await ask('GetAccount', (client) => client.send(new GetAccountCommand({})));
        return account ? verdicts(title, region, account) : [];
      } catch (error) {
        const { level, what, ...rest } = couldNot(error);
        return [{ level, what: `${title} ${what}`, ...rest }];
      }
    });
    return (await Promise.all(looked)).flat();
  },
};

function verdicts(title: string, region: string, account: GetAccountResponse): Said[] {
  const { ProductionAccessEnabled, SendingEnabled, EnforcementStatus, SendQuota = {} } = account;
  const said: Said[] = [];
  if (ProductionAccessEnabled === false) {
    said.push(
      warn(
        `${title} is in the sandbox: mail goes to verified addresses and domains alone`,
        'Ask to leave it: docs/deploy.md#5-amazon-ses-a-domain-and-the-sandbox.',
      ),
    );
  }
  if (EnforcementStatus === 'SHUTDOWN') {
    said.push(fail(`${title} has paused the account for its bounces or complaints (SHUTDOWN)`, REPUTATION));
  } else if (SendingEnabled === false) {
    said.push(
      fail(
        `${title}: sending is paused`,
        `aws sesv2 put-account-sending-attributes --region ${region} --sending-enabled`,
      ),
    );
  }
  if (EnforcementStatus === 'PROBATION')
    said.push(
      warn(`${title} has the account under review for its bounces or complaints (PROBATION)`, REPUTATION),
    );
  const { Max24HourSend: most = 0, SentLast24Hours: sent = 0, MaxSendRate: rate = 0 } = SendQuota;
  // https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendQuota.html: -1 is no limit
  const limited = most >= 0;
  const used = `${title}: ${count(sent)} of ${limited ? count(most) : 'any number of'} mails in the last 24 hours, ${count(rate)} a second at most`;
  if (limited && sent >= most) said.push(fail(`${used}: no further one goes`, QUOTA));
  else if (limited && sent >= MUCH * most) said.push(warn(used, QUOTA));
  else said.push(ok(used));
  return said;
}

const REPUTATION =
  "Its console says why, under Reputation metrics and Account health; answer AWS's case there.";

function count(number: number): string {
  return number.toLocaleString('en-US');
}
