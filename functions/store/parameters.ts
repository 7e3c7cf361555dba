/** One parameter of SSM, as it was read. */
export type Parameter = { readonly text: string; readonly version: string };

/** Reads parameters by name (without the prefix); absent ones are left out. Rejects with SourceUnavailable. */
export type ReadParameters = (names: readonly string[]) => Promise<ReadonlyMap<string, Parameter>>;

/** GetParameters takes no more. */
const MOST_NAMES = 10;

/** Reads any number of names: ten a call, the calls beside each other. */
export function inChunks(call: ReadParameters): ReadParameters {
  return async (names) => {
    const chunks: (readonly string[])[] = [];
    for (let at = 0; at < names.length; at += MOST_NAMES) chunks.push(names.slice(at, at + MOST_NAMES));
    const found = await Promise.all(chunks.map(call));
    return new Map(found.flatMap((each) => [...each]));
  };
}

/** Reads one name; those asked for in one turn of the event loop share their calls. */
export function gathered(read: ReadParameters): (name: string) => Promise<Parameter | undefined> {
  let gathering: { names: Set<string>; found: Promise<ReadonlyMap<string, Parameter>> } | undefined;
  const chunked = inChunks(read);
  return async (name) => {
    if (!gathering) {
      const names = new Set<string>();
      const turn = new Promise<void>((resolve) => setImmediate(resolve));
      const found = turn.then(() => {
        gathering = undefined;
        return chunked([...names]);
      });
      gathering = { names, found };
    }
    gathering.names.add(name);
    return (await gathering.found).get(name);
  };
}

/**
 * Whether a parameter is as it was. Versions alone cannot tell: one that was deleted and made anew begins again at 1.
 */
export function sameParameter(one: Parameter | undefined, other: Parameter | undefined): boolean {
  return one?.version === other?.version && one?.text === other?.text;
}

/** Whether two readings found the same parameters. */
export function sameParameters(
  one: ReadonlyMap<string, Parameter>,
  other: ReadonlyMap<string, Parameter>,
): boolean {
  return (
    one.size === other.size &&
    [...one].every(([name, parameter]) => sameParameter(parameter, other.get(name)))
  );
}
