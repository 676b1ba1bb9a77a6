/** Something that is being made, for whoever waits for it. */
interface Job<T> {
  readonly result: Promise<T>;
  readonly stop: AbortController;
  waiting: number;
}

/** There are too many already. */
export class Busy extends Error {
  override readonly name = "Busy";
}

/**
 * A few pieces of work at a time, a bounded number waiting. Who asks for what
 * is already being made waits for the same; work that nobody waits for any more
 * is stopped.
 */
export class Jobs<T> {
  readonly #jobs = new Map<string, Job<T>>();
  readonly #queue: (() => void)[] = [];
  readonly #atOnce: number;
  readonly #most: number;
  #running = 0;

  constructor(atOnce: number, most: number) {
    this.#atOnce = atOnce;
    this.#most = most;
  }

  /**
   * @param signal fires when the one who asks is gone
   * @throws Busy when too many wait; whatever `work` throws
   */
  async run(
    key: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const job = this.#jobs.get(key) ?? this.#begin(key, work);
    job.waiting++;
    const leave = () => {
      if (--job.waiting === 0) job.stop.abort();
    };
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await job.result;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  stopAll(): void {
    for (const { stop } of this.#jobs.values()) stop.abort();
  }

  #begin(key: string, work: (signal: AbortSignal) => Promise<T>): Job<T> {
    if (this.#jobs.size >= this.#most) throw new Busy();
    const stop = new AbortController();
    const result = this.#inTurn(async () => {
      stop.signal.throwIfAborted();
      return work(stop.signal);
    }).finally(() => this.#jobs.delete(key));
    const job = { result, stop, waiting: 0 };
    this.#jobs.set(key, job);
    return job;
  }

  async #inTurn(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#atOnce)
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
      this.#queue.shift()?.();
    }
  }
}
