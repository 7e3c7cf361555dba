import { deleteParameter, deleteParameters } from './delete.ts';
import { labelParameterVersion, unlabelParameterVersion } from './labels.ts';
import { describeParameters, getParameterHistory, getParametersByPath } from './list.ts';
import { putParameter } from './put.ts';
import { getParameter, getParameters } from './read.ts';
import { getServiceSetting } from './settings.ts';
import type { SsmStore } from './store.ts';

/** What X-Amz-Target may ask for, after `AmazonSSM.`. Each gives the answer's JSON, or throws SsmRefusal and has changed nothing. */
export const ACTIONS = {
  DeleteParameter: deleteParameter,
  DeleteParameters: deleteParameters,
  DescribeParameters: describeParameters,
  GetParameter: getParameter,
  GetParameterHistory: getParameterHistory,
  GetParameters: getParameters,
  GetParametersByPath: getParametersByPath,
  GetServiceSetting: getServiceSetting,
  LabelParameterVersion: labelParameterVersion,
  PutParameter: putParameter,
  UnlabelParameterVersion: unlabelParameterVersion,
} as const satisfies Readonly<Record<string, (input: object, store: SsmStore) => object>>;

/** An action that the double knows. */
export type SsmAction = keyof typeof ACTIONS;

/** The action of an X-Amz-Target, or undefined: the double does not know it. */
export function actionOf(target: unknown): SsmAction | undefined {
  const action = /^AmazonSSM\.(\w+)$/.exec(String(target))?.[1] ?? '';
  return Object.hasOwn(ACTIONS, action) ? (action as SsmAction) : undefined;
}
