import type { LabelParameterVersionRequest, UnlabelParameterVersionRequest } from '@aws-sdk/client-ssm';
import { breaks, invalid, SsmRefusal } from './refusal.ts';
import { newest, type SsmStore, type SsmVersion, versionsOf } from './store.ts';

/** Labels of a version. */
const MOST = 10;

/**
 * Labels that cannot be are in InvalidLabels, and the others are attached all the same; a label that another version has moves.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_LabelParameterVersion.html
 */
export function labelParameterVersion(input: Partial<LabelParameterVersionRequest>, store: SsmStore) {
  const labels = checkedLabels(input.Labels);
  const versions = versionsOf(store, String(input.Name));
  const version =
    input.ParameterVersion === undefined
      ? newest(versions)
      : numbered(versions, input, input.ParameterVersion);
  const good = labels.filter((label) => /^(?!aws|ssm|\d)[\w.-]+$/i.test(label));
  if (new Set([...version.labels, ...good]).size > MOST) {
    throw new SsmRefusal(
      'ParameterVersionLabelLimitExceeded',
      'A parameter version can have maximum 10 labels. Move one or more labels to another version and try again.',
    );
  }
  attach(versions, version, good);
  return {
    InvalidLabels: labels.filter((label) => !good.includes(label)),
    ParameterVersion: version.version,
  };
}

/** Gives labels to one version and takes them from all others of the parameter. */
export function attach(versions: readonly SsmVersion[], to: SsmVersion, labels: readonly string[]): void {
  for (const label of labels) {
    for (const each of versions) each.labels.delete(label);
    to.labels.add(label);
  }
}

/** The version must be named: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UnlabelParameterVersion.html */
export function unlabelParameterVersion(input: Partial<UnlabelParameterVersionRequest>, store: SsmStore) {
  const labels = checkedLabels(input.Labels);
  if (input.ParameterVersion === undefined) {
    throw invalid(
      "1 validation error detected: Value null at 'parameterVersion' failed to satisfy constraint: Member must not be null",
    );
  }
  const version = numbered(versionsOf(store, String(input.Name)), input, input.ParameterVersion);
  const removed = labels.filter((label) => version.labels.delete(label));
  return { RemovedLabels: removed, InvalidLabels: labels.filter((label) => !removed.includes(label)) };
}

function checkedLabels(labels: readonly string[] = []): readonly string[] {
  if (labels.length < 1) throw breaks('labels', '[]', 'length greater than or equal to 1');
  if (labels.length > MOST) throw breaks('labels', labels, `length less than or equal to ${MOST}`);
  const long = labels.find((label) => label.length > 100);
  if (long !== undefined) throw breaks('labels', long, 'length less than or equal to 100');
  return labels;
}

function numbered(versions: readonly SsmVersion[], { Name }: { Name?: unknown }, number: number): SsmVersion {
  const found = versions.find(({ version }) => version === number);
  if (found) return found;
  throw new SsmRefusal(
    'ParameterVersionNotFound',
    `Systems Manager could not find version ${number} of ${Name}. Verify the version and try again.`,
  );
}
