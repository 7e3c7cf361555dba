import { MOST_PREFETCHED } from '../../../functions/store/ssm-credentials.ts';
import { TIMES } from '../../../functions/store/times.ts';
import { trouble } from '../../aws/trouble.ts';
import type { Deployed } from '../deployed.ts';
import { type Check, note, ok, warn } from '../finding.ts';

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-throughput.html */
const SETTING = '/ssm/parameter-store/high-throughput-enabled';
/** Calls of GetParameter, GetParameters and PutParameter that SSM answers in a second by default, of the whole account. */
const CALLS_A_SECOND = 40;
/** A burst of requests starts instances; with fewer in a second some would fail for want of tables. */
const FEW_STARTS = 10;
/** Busy instances that the default can keep up to date. */
const FEW_INSTANCES = 100;
const NAMES_A_CALL = 10;
const COST = '0.05 USD for 10,000 parameters read, of the whole account';

/** Whether SSM's throughput suffices for what an instance reads. */
export const throughput: Check = {
  name: 'throughput',
  async look({ deployed, parameters, profile, region }) {
    const { GetServiceSettingCommand } = await import('@aws-sdk/client-ssm');
    const command = new GetServiceSettingCommand({ SettingId: SETTING });
    const read = await deployed();
    const { ServiceSetting } = await parameters.client.send(command).catch((error: unknown) => {
      throw trouble(error, { action: 'ssm:GetServiceSetting', profile });
    });
    if (ServiceSetting?.SettingValue === 'true') return [note(`higher throughput is on: ${COST}`)];
    const { atStart, all } = callsOf(read);
    const starts = Math.floor(CALLS_A_SECOND / atStart);
    const instances = Math.floor((CALLS_A_SECOND * TIMES.soft) / 1000 / all);
    if (starts >= FEW_STARTS && instances >= FEW_INSTANCES)
      return [ok(`${CALLS_A_SECOND} calls a second are enough for ${starts} starts of an instance a second`)];
    return [
      warn(
        `an instance asks SSM ${atStart} times as it starts, and ${all} times for all shards, credentials and documents: the default of ${CALLS_A_SECOND} calls a second serves ${starts} starts a second, or ${instances} busy instances`,
        `aws ssm update-service-setting --region ${await region()} --setting-id ${SETTING} --setting-value true (${COST}); or fewer credentials and entries.`,
      ),
    ];
  },
};

/** Calls of GetParameters that an instance makes: the documents are one. */
function callsOf({ credentials, indexes }: Deployed): { atStart: number; all: number } {
  const calls = (names: number) => Math.ceil(names / NAMES_A_CALL);
  const networks = calls(indexes.get('relayhosts')?.shards ?? 0);
  const others = [...indexes].filter(([table]) => table !== 'relayhosts');
  const shards = others.reduce((sum, [, index]) => sum + calls(index.shards), 0);
  const atStart = 1 + networks + calls(Math.min(credentials.size, MOST_PREFETCHED));
  return { atStart, all: 1 + networks + calls(credentials.size) + shards };
}
