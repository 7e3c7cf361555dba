import type { GetParameterRequest, GetParametersRequest } from '@aws-sdk/client-ssm';
import { invalid, SsmRefusal } from './refusal.ts';
import { newest, type SsmStore, shownParameter, versionsOf } from './store.ts';

/**
 * What NAME, NAME:version or NAME:label stands for. "If you run a command that specifies a version of a parameter that doesn't exist,
 * the command fails. It doesn't fall back to the latest": https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-labels.html
 */
function selected(store: SsmStore, asked: string, decrypt: boolean) {
  const [name = '', selector] = asked.split(':', 2);
  const versions = versionsOf(store, name);
  if (selector === undefined) return shownParameter(name, newest(versions), decrypt);
  const number = /^\d+$/.test(selector) ? Number(selector) : undefined;
  const found = versions.find(({ version, labels }) =>
    number === undefined ? labels.has(selector) : version === number,
  );
  if (!found) {
    throw new SsmRefusal(
      'ParameterVersionNotFound',
      number === undefined
        ? `Systems Manager couldn't find the label ${selector} for parameter ${name}. Verify the label and try again.`
        : `Systems Manager could not find version ${selector} of ${name}. Verify the version and try again.`,
    );
  }
  return { ...shownParameter(name, found, decrypt), Selector: `:${selector}` };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
export function getParameter(input: Partial<GetParameterRequest>, store: SsmStore) {
  return { Parameter: selected(store, String(input.Name), input.WithDecryption === true) };
}

/** The names of a GetParameters call, as they were asked for. */
export function askedNames(input: Partial<GetParametersRequest>): string[] {
  return Array.isArray(input.Names) ? input.Names.map(String) : [];
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
export function getParameters(input: Partial<GetParametersRequest>, store: SsmStore) {
  const names = askedNames(input);
  if (names.length < 1 || names.length > 10 || new Set(names).size < names.length) {
    throw invalid(`names: ${names.length}, or one twice`);
  }
  const missing: string[] = [];
  // as the real one: in no order that a reader could rely on
  const found = [...names].sort().flatMap((name) => {
    try {
      return [selected(store, name, input.WithDecryption === true)];
    } catch (refusal) {
      if (!(refusal instanceof SsmRefusal)) throw refusal;
      missing.push(name);
      return [];
    }
  });
  return { InvalidParameters: names.filter((name) => missing.includes(name)), Parameters: found };
}
