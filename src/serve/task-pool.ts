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
  readonly #tasks = new Map<string, PooledTask<T>>();
  readonly #queue = new Set<() => void>();
  readonly #mostRunning: number;
  readonly #most: number;
  #running = 0;

  constructor(mostRunning: number, most: number) {
    this.#mostRunning = mostRunning;
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
    const task = this.#tasks.get(key) ?? this.#begin(key, work);
    task.waiting++;
    const leave = () => {
      if (--task.waiting === 0) this.#stop(key, task);
    };
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await task.result;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  stopAll(): void {
    for (const [key, task] of this.#tasks) this.#stop(key, task);
  }

  #begin(
    key: string,
    work: (signal: AbortSignal) => Promise<T>,
  ): PooledTask<T> {
    if (this.#tasks.size >= this.#most) throw new Busy();
    const stop = new AbortController();
    const result = this.#inTurn(stop.signal, async () => work(stop.signal));
    const task = { result, stop, waiting: 0 };
    this.#tasks.set(key, task);
    const forget = () => this.#forget(key, task);
    result.then(forget, forget);
    return task;
  }

  /** The next request begins the work again, though the stopped work may take a while to end. */
  #stop(key: string, task: PooledTask<T>): void {
    this.#forget(key, task);
    task.stop.abort();
  }

  #forget(key: string, task: PooledTask<T>): void {
    if (this.#tasks.get(key) === task) this.#tasks.delete(key);
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
    if (this.#running < this.#mostRunning) {
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
