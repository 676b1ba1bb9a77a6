/** Runs at most so many pieces of work at a time, in the order of their coming. */
export class Lanes {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** @param count at least 1 */
  constructor(count: number) {
    this.#free = count;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

/** Does two things side by side, as {@link allOrStop} does many. */
export async function bothOrStop<A, B>(
  one: (stop: AbortSignal) => Promise<A>,
  other: (stop: AbortSignal) => Promise<B>,
  signal: AbortSignal = new AbortController().signal,
): Promise<[A, B]> {
  const found: { one?: A; other?: B } = {};
  const works = [
    async (stop: AbortSignal) => void (found.one = await one(stop)),
    async (stop: AbortSignal) => void (found.other = await other(stop)),
  ];
  await allOrStop(works, signal, (work, stop) => work(stop));
  return [found.one as A, found.other as B];
}

/**
 * Does all of some work. The first failure stops the rest; when this throws, nothing of it runs any more.
 *
 * @param signal ends all of it
 * @param work gets a signal that fires when it shall stop
 * @throws the first error
 */
export async function allOrStop<T>(
  items: readonly T[],
  signal: AbortSignal,
  work: (item: T, stop: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const errors: unknown[] = [];
  await Promise.all(
    items.map((item) =>
      work(item, stop).catch((error: unknown) => {
        errors.push(error);
        failed.abort();
      }),
    ),
  );
  if (errors.length > 0) throw errors[0];
}
