/** Work under way, with the number of clients that wait for it. */
interface PooledTask<T> {
  readonly result: Promise<T>;
  readonly stop: AbortController;
  waiting: number;
}

/** Too much work is waiting already. */
export class Busy extends Error {
  override readonly name = "Busy";
}

/**
 * Runs a few pieces of work at a time, and lets a bounded number wait. A second request for the
 * same work waits for the first one's result. Work that no client waits for any more is stopped.
 */
export class TaskPool<T> {
  readonly #jobs = new Map<string, PooledTask<T>>();
  readonly #queue = new Set<() => void>();
  readonly #atOnce: number;
  readonly #most: number;
  #running = 0;

  constructor(atOnce: number, most: number) {
    this.#atOnce = atOnce;
    this.#most = most;
  }

  /**
   * @param signal fires when the client of this call is gone
   * @throws Busy when too many wait; all errors of `work`
   */
  async run(
    key: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const job = this.#jobs.get(key) ?? this.#begin(key, work);
    job.waiting++;
    const leave = () => {
      if (--job.waiting === 0) this.#stop(key, job);
    };
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await job.result;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  stopAll(): void {
    for (const [key, job] of this.#jobs) this.#stop(key, job);
  }

  #begin(
    key: string,
    work: (signal: AbortSignal) => Promise<T>,
  ): PooledTask<T> {
    if (this.#jobs.size >= this.#most) throw new Busy();
    const stop = new AbortController();
    const result = this.#inTurn(stop.signal, async () => work(stop.signal));
    const job = { result, stop, waiting: 0 };
    this.#jobs.set(key, job);
    const forget = () => this.#forget(key, job);
    result.then(forget, forget);
    return job;
  }

  /** The next request begins the work again, though the stopped work may take a while to end. */
  #stop(key: string, job: PooledTask<T>): void {
    this.#forget(key, job);
    job.stop.abort();
  }

  #forget(key: string, job: PooledTask<T>): void {
    if (this.#jobs.get(key) === job) this.#jobs.delete(key);
  }

  async #inTurn(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#turn(signal);
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      this.#leave();
    }
  }

  /**
   * Waits for a place among the running ones, and takes it.
   *
   * @throws the signal's reason when it fires before
   */
  async #turn(signal: AbortSignal): Promise<void> {
    if (this.#running < this.#atOnce) {
      this.#running++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const begin = () => {
        this.#queue.delete(begin);
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#queue.delete(begin);
        reject(signal.reason as Error);
      };
      this.#queue.add(begin);
      signal.addEventListener("abort", giveUp, { once: true });
    });
  }

  /** Hands the place to the work that has waited longest. */
  #leave(): void {
    const [next] = this.#queue;
    if (next === undefined) this.#running--;
    else next();
  }
}
