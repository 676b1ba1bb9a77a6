/**
 * Works on several items at a time, and gives the results in the order of the items: on a share,
 * each read waits for the network.
 *
 * @param width how many at a time
 */
export async function* eachInOrder<T, R>(
  items: AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void> {
  const running: Promise<R>[] = [];
  try {
    for await (const item of items) {
      running.push(work(item));
      // Whoever awaits it later hears of its failure.
      running.at(-1)?.catch(() => undefined);
      const [first] = running;
      if (running.length < width || first === undefined) continue;
      yield await first;
      void running.shift();
    }
    for (const one of running) yield await one;
  } finally {
    await Promise.allSettled(running);
  }
}
