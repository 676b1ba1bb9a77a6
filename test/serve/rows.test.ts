import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { RowReader } from "../../src/serve/row-reader.js";

/** Packages that were never read, and notes which ones are. */
class Packages {
  readonly begun: string[] = [];
  readonly all: readonly ReturnType<typeof neverRead>[];
  #go: () => void = () => undefined;
  readonly #gate = new Promise<void>((resolve) => (this.#go = resolve));

  constructor(count: number) {
    this.all = Array.from({ length: count }, (_, i) => neverRead(String(i)));
  }

  /** Lets all reading end. */
  go(): void {
    this.#go();
  }

  readonly read = async ({ place }: ReturnType<typeof neverRead>) => {
    this.begun.push(place.file);
    await this.#gate;
    return `row ${place.file}`;
  };
}

function neverRead(path: string) {
  const keptRow = async () => Promise.resolve(undefined);
  return { place: { file: path }, recentRow: undefined, keptRow };
}

async function all(rows: AsyncIterable<string>): Promise<string[]> {
  const list: string[] = [];
  for await (const row of rows) list.push(row);
  return list;
}

/** What can go on without anything from outside goes on. */
async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await setImmediate();
}

test("four lists together read four packages at a time, each once, and all get all rows", async () => {
  const packages = new Packages(100);
  const reader = new RowReader();
  const lists = Array.from({ length: 4 }, async () =>
    all(reader.inOrder(packages.all, packages.read)),
  );
  await settled();
  expect(packages.begun).toEqual(["0", "1", "2", "3"]);
  packages.go();
  for (const list of lists)
    expect(await list).toEqual(
      packages.all.map(({ place }) => `row ${place.file}`),
    );
  expect(new Set(packages.begun).size).toBe(100);
});

test("no package is read for a list while a player waits for one; with always new players the list goes on", async () => {
  const packages = new Packages(3);
  const reader = new RowReader();
  const waiting = new Player();
  void reader.letPass(waiting.promise);
  const list = all(reader.inOrder(packages.all, packages.read));
  await settled();
  expect(packages.begun).toEqual([]);
  void reader.letPass(new Player().promise);
  waiting.end();
  packages.go();
  expect(await list).toEqual(["row 0", "row 1", "row 2"]);
});

class Player {
  end: () => void = () => undefined;
  readonly promise = new Promise<void>((resolve) => (this.end = resolve));
}

test("a list that is not taken any more stops: nothing is read for it", async () => {
  const packages = new Packages(100);
  packages.go();
  for await (const row of new RowReader().inOrder(packages.all, packages.read))
    if (row === "row 2") break;
  await settled();
  expect(packages.begun.length).toBeLessThan(24);
});
