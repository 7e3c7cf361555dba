import { cutIntoShards, PARAMETER_BYTES } from '../../functions/store/cut-into-shards.ts';
import { ConfigError } from '../../functions/tables/config-error.ts';
import { DOCUMENTS, type DocumentName } from '../../functions/tables/tables.ts';
import { asLaid } from '../../infra/tables/as-read.ts';
import type { StageTables } from '../../infra/tables/read-tables.ts';
import type { StackRecord } from './owner.ts';
import type { Stored } from './parameters.ts';

/** A parameter as it shall be. */
export type Wanted = Pick<Stored, 'name' | 'value' | 'type'>;

/** Which of a folder's tables the command may lay. */
export type Layable = {
  /** The five documents that hold no secret. */
  readonly documents: boolean;
  readonly password: boolean;
};

/**
 * What the command may lay. The stack's documents are changed by `cdk deploy` alone; where no stack stands yet, it will
 * want to lay them itself, unless `documents` says that the command shall.
 */
export function layable(
  record: StackRecord | undefined,
  stored: ReadonlyMap<string, Stored>,
  documents: boolean,
): Layable {
  if (record?.tables === 'stack') return { documents: false, password: record.authorization !== 'iam' };
  const laidBefore = DOCUMENTS.some((name) => name !== 'password' && stored.has(name));
  return { documents: record !== undefined || documents || laidBefore, password: true };
}

/**
 * A folder's tables as parameters, in the order in which they are laid: what is named before what names it, shards
 * before their index. Throws a ConfigError for what cannot be cut.
 */
export function wantedParameters(
  folder: StageTables,
  may: Layable,
  order: readonly DocumentName[] = DOCUMENTS,
): readonly Wanted[] {
  const laid = order.filter((name) => (name === 'password' ? may.password : may.documents));
  const pieces = laid.flatMap((name) => {
    const type = name === 'password' ? 'SecureString' : 'String';
    return cutIntoShards(name, asLaid(name, folder)).map((piece) => parameter(piece.name, piece.value, type));
  });
  return [...credentialParameters(folder), ...pieces];
}

/** A folder's credentials as parameters. Throws a ConfigError for one that no parameter holds. */
export function credentialParameters({ documents }: StageTables): readonly Wanted[] {
  return Object.entries(Object(documents.authinfo ?? {})).map(([name, value]) =>
    parameter(`authinfo/${name}`, JSON.stringify(value), 'SecureString'),
  );
}

/** A parameter of a document's JSON. Throws a ConfigError for what none holds: with '{{' in it a text becomes longer than it was cut for. */
function parameter(name: string, json: string, type: Wanted['type']): Wanted {
  const value = parameterText(json);
  const bytes = Buffer.byteLength(value);
  if (bytes <= PARAMETER_BYTES) return { name, value, type };
  const expected = `at most ${PARAMETER_BYTES} bytes as JSON`;
  throw new ConfigError('TABLE_VALUE', [{ table: name, path: '', expected, got: `${bytes} bytes` }]);
}

/**
 * JSON as a parameter may hold it. PutParameter refuses '{{', by which parameters are referred to elsewhere; in JSON it can
 * only stand within a text. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
export function parameterText(json: string): string {
  return json.replaceAll('{{', '{\\u007b');
}
