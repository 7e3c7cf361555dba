/** Does `work` for every item, at most `most` at the same time. Results stand in the items' order. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  // most mails have one recipient
  if (items.length === 1) return [await work(items[0] as Item)];
  const results: Result[] = new Array(items.length);
  const queue = items.entries();
  const worker = async () => {
    // one iterator for all workers: each takes the next item that nobody has taken
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return results;
}
