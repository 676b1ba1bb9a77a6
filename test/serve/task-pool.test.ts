import { expect, test } from "vitest";
import { Busy, TaskPool } from "../../src/serve/task-pool.js";

/** Work that ends when it is told to, and notes that it was begun. */
class Work {
  readonly begun: string[] = [];
  readonly #ends = new Map<string, () => void>();

  make(name: string) {
    return async () => {
      this.begun.push(name);
      await new Promise<void>((resolve) => this.#ends.set(name, resolve));
      return name;
    };
  }

  end(name: string): void {
    this.#ends.get(name)?.();
  }
}

const STAYS = new AbortController().signal;

test("who asks for what was just given up has it made anew, though the old work has not ended", async () => {
  const jobs = new TaskPool<string>(2, 10);
  const work = new Work();
  const gone = new AbortController();
  const first = jobs.run("a", gone.signal, work.make("first"));
  await Promise.resolve();
  gone.abort();
  const second = jobs.run("a", STAYS, work.make("second"));
  const third = jobs.run("a", STAYS, work.make("third"));
  await Promise.resolve();
  work.end("first");
  await first;
  const fourth = jobs.run("a", STAYS, work.make("fourth"));
  work.end("second");
  for (const job of [second, third, fourth]) expect(await job).toBe("second");
  expect(work.begun).toEqual(["first", "second"]);
});

test("what is given up while it waits leaves at once, and the others have their turn", async () => {
  const jobs = new TaskPool<string>(1, 3);
  const work = new Work();
  const gone = new AbortController();
  const first = jobs.run("a", STAYS, work.make("a"));
  const second = jobs.run("b", gone.signal, work.make("b"));
  const third = jobs.run("c", STAYS, work.make("c"));
  await expect(jobs.run("d", STAYS, work.make("d"))).rejects.toThrow(Busy);
  gone.abort();
  await expect(second).rejects.toThrow("aborted");
  work.end("a");
  expect(await first).toBe("a");
  await Promise.resolve();
  work.end("c");
  expect(await third).toBe("c");
  expect(work.begun).toEqual(["a", "c"]);
});
