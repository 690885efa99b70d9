/** Runs a worker over every item, at most `limit` at a time, in the order of the items. */
export async function inParallel<Item>(
  items: readonly Item[],
  limit: number,
  worker: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const lane = async (): Promise<void> => {
    for (const item of queue) await worker(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
}
