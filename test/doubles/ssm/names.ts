import { invalid, SsmRefusal } from './refusal.ts';
import { arnOf } from './store.ts';

/** "The maximum length for a parameter name that you specify is 1011 characters", those of the ARN before it included. */
const MOST_CHARACTERS = 1011;
const MOST_LEVELS = 15;

const REQUIREMENTS =
  'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.';

/**
 * Refuses names that PutParameter refuses: their characters, prefix, levels, length.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html#sysman-parameter-name-constraints
 */
export function checkName(name: string): void {
  if (/^\/?(?:aws|ssm)/i.test(name)) {
    throw invalid('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).');
  }
  if (name.includes('/') && !name.startsWith('/')) {
    throw invalid('Parameter name must be a fully qualified name.');
  }
  if (!/^\/?[\w.-]+(?:\/[\w.-]+)*$/.test(name)) {
    throw invalid(
      'Invalid parameter name. Please use letters, numbers and the following 3 symbols .-_ and divide sub-paths by slash symbol.',
    );
  }
  // "/Level-1/L2/.../L14/parameter-name" is the deepest: the name's own level counts
  if (name.replace(/^\//, '').split('/').length > MOST_LEVELS) {
    throw new SsmRefusal(
      'HierarchyLevelLimitExceededException',
      `Hierarchy can have a maximum of ${MOST_LEVELS} levels`,
    );
  }
  if (arnOf(name).length > MOST_CHARACTERS) {
    throw invalid(`Parameter name must not be longer than ${MOST_CHARACTERS} characters, its ARN included.`);
  }
}

/** The levels that a list is of, with a slash at its end. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html */
export function checkedPath(path: string | undefined): string {
  if (path === undefined || !/^\/(?:[\w.-]+(?:\/[\w.-]+)*\/?)?$/.test(path)) throw invalid(REQUIREMENTS);
  return path.endsWith('/') ? path : `${path}/`;
}

/** Whether a name lies below a path: at any depth, or right in it. A name without a slash lies in `/`. */
export function isBelow(name: string, path: string, recursive: boolean): boolean {
  const full = name.startsWith('/') ? name : `/${name}`;
  return full.startsWith(path) && (recursive || !full.slice(path.length).includes('/'));
}
