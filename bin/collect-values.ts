/** Reads an option that may be given several times: a list of its values, in their order. */
export function collectValues(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
