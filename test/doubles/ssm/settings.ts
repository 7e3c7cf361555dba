import type { GetServiceSettingRequest } from '@aws-sdk/client-ssm';
import { SsmRefusal } from './refusal.ts';
import { type SsmStore, USER } from './store.ts';

const ARN = 'arn:aws:ssm:us-east-1:123456789012:servicesetting';

/** The settings as AWS begins with them: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateServiceSetting.html */
export const SETTINGS: Readonly<Record<string, string>> = {
  '/ssm/parameter-store/high-throughput-enabled': 'false',
  '/ssm/parameter-store/default-parameter-tier': 'Standard',
};

/** By the setting's path, or its ARN: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetServiceSetting.html */
export function getServiceSetting({ SettingId }: Partial<GetServiceSettingRequest>, { settings }: SsmStore) {
  const id = String(SettingId).replace(/^arn:[^/]*/, '');
  const value = settings.get(id);
  if (value === undefined) {
    throw new SsmRefusal('ServiceSettingNotFound', `The specified service setting ${id} was not found.`);
  }
  const status = value === SETTINGS[id] ? 'Default' : 'Customized';
  return {
    ServiceSetting: {
      ARN: `${ARN}${id}`,
      SettingId: id,
      SettingValue: value,
      Status: status,
      LastModifiedDate: 1_732_000_000,
      LastModifiedUser: status === 'Default' ? 'System' : USER,
    },
  };
}
