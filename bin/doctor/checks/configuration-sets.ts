import { couldNot } from '../could-not.ts';
import { type Check, fail, ok, type Said } from '../finding.ts';
import type { SesAccount } from '../ses-accounts.ts';

/** Whether the configuration sets that routes name are there, and send. */
export const configurationSets: Check = {
  name: 'configuration-sets',
  async look(world) {
    const named = (await world.ses()).flatMap((account) =>
      setsOf(account).map((name) => ({ account, name })),
    );
    return Promise.all(named.map(({ account, name }) => lookAt(account, name)));
  },
};

function setsOf({ routes }: SesAccount): readonly string[] {
  const sets = routes.map(({ route }) => route.options['configuration_set']);
  return [...new Set(sets.filter((set) => typeof set === 'string'))];
}

async function lookAt({ title, region, ask }: SesAccount, name: string): Promise<Said> {
  const { GetConfigurationSetCommand } = await import('@aws-sdk/client-sesv2');
  const command = new GetConfigurationSetCommand({ ConfigurationSetName: name });
  try {
    const set = await ask('GetConfigurationSet', (client) => client.send(command));
    if (!set) {
      return fail(
        `${title} has no configuration set ${name}, and a route names it: its mails are deferred`,
        `aws sesv2 create-configuration-set --region ${region} --configuration-set-name ${name}, or another name in configuration_set.`,
      );
    }
    if (set.SendingOptions?.SendingEnabled === false) {
      return fail(
        `${title}: sending by the configuration set ${name} is paused`,
        `aws sesv2 put-configuration-set-sending-options --region ${region} --configuration-set-name ${name} --sending-enabled`,
      );
    }
    return ok(`${name} is there`);
  } catch (error) {
    const { level, what, ...rest } = couldNot(error);
    return { level, what: `${name} ${what}`, ...rest };
  }
}
