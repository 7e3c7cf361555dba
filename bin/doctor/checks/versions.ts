import { PARAMETER_BYTES } from '../../../functions/store/cut-into-shards.ts';
import { isCuttable } from '../../../functions/store/shards.ts';
import { DOCUMENTS } from '../../../functions/tables/tables.ts';
import { isShard } from '../../stage/documents.ts';
import type { PastVersion, Stored } from '../../stage/parameters.ts';
import { type Check, note, ok, type Said, warn } from '../finding.ts';

/**
 * SSM keeps 100 versions of a parameter. The next one takes the place of the oldest, unless that has a label.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html
 */
const MOST_VERSIONS = 100;
/** From here on there is time to do something about it. */
const MANY_VERSIONS = 90;
const LARGE = 0.9 * PARAMETER_BYTES;

/** How near parameters are to what SSM takes: bytes, and versions with labels. */
export const versions: Check = {
  name: 'versions',
  async look({ deployed, parameters, stage, region }) {
    const all = [...(await deployed()).parameters.values()];
    const old = all.filter(({ version }) => version >= MANY_VERSIONS);
    const said = all.flatMap((each) => sizeOf(each, stage));
    // one after another: SSM answers few of these a second
    for (const each of old) {
      const history = await parameters.history(each.name);
      said.push(...ageOf(each, history, parameters.prefix, await region()));
    }
    return said.length > 0 || all.length === 0 ? said : [ok('sizes and numbers of versions have room')];
  },
};

function sizeOf({ name, value }: Stored, stage: string): readonly Said[] {
  const bytes = Buffer.byteLength(value);
  if (bytes < LARGE || isShard(name)) return [];
  const what = `${name} has ${bytes} of at most ${PARAMETER_BYTES} bytes`;
  const table = DOCUMENTS.find((each) => each === name);
  if (table !== undefined && isCuttable(table))
    return [note(what, `Nothing: haineko push ${stage} and cdk deploy cut a larger one into shards.`)];
  return [warn(what, 'Make it shorter: it cannot be cut into shards.')];
}

function ageOf(
  { name }: Stored,
  history: readonly PastVersion[],
  prefix: string,
  region: string,
): readonly Said[] {
  const [oldest] = history;
  if (!oldest || oldest.labels.length === 0 || history.length < MANY_VERSIONS) return [];
  const labels = oldest.labels.join(' ');
  return [
    warn(
      `${name} has ${history.length} versions, and the oldest has the label ${labels}: beyond ${MOST_VERSIONS} SSM takes no further one while it has`,
      `aws ssm unlabel-parameter-version --region ${region} --name ${prefix}${name} --parameter-version ${oldest.version} --labels ${labels} (haineko push does so by itself; that push cannot be gone back to)`,
    ),
  ];
}
