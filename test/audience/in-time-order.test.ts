import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { AddressBook } from "../../src/audience/address.js";
import { LogReader, type LogFile } from "../../src/audience/log-reader.js";
import { inTimeOrder } from "../../src/audience/read-audience.js";
import { logOf, ours } from "../support/access-log.js";
import { test } from "../support/scratch-folder.js";

const MIDNIGHT = Date.UTC(2026, 10, 26) / 1000;

/** Seconds since midnight of what is read, in its order. */
async function order(logs: readonly LogFile[]): Promise<number[]> {
  const seconds: number[] = [];
  for await (const requests of inTimeOrder(readersOf(logs)))
    seconds.push(...requests.map(({ second }) => second - MIDNIGHT));
  return seconds;
}

function readersOf(logs: readonly LogFile[]) {
  const addresses = new AddressBook();
  return logs.map((log) => new LogReader(log, addresses));
}

const log = (...seconds: number[]) =>
  logOf(seconds.map((second) => ours({ second })));

test("logs that follow one another are read in the order of their time", async () => {
  expect(await order([log(7, 8), log(1, 2), log(4, 5)])).toEqual([
    ...[1, 2, 4, 5, 7, 8],
  ]);
});

test("logs that overlap are read line by line in turn", async () => {
  expect(await order([log(1, 4, 9), log(2, 3, 8), log(5)])).toEqual([
    ...[1, 2, 3, 4, 5, 8, 9],
  ]);
});

test("a line with a wrong time does not keep back those after it", async () => {
  const wrong = 9e8;
  expect(await order([log(1, wrong, 3, 5), log(2, 4, 6)])).toEqual([
    ...[1, 2, wrong, 3, 4, 5, 6],
  ]);
});

test.skipIf(process.platform !== "linux")(
  "of many rotated logs one is open at a time",
  async ({ scratch }) => {
    const paths = Array.from({ length: 50 }, (_, day) => {
      const path = join(scratch, `${day}.log`);
      writeFileSync(path, `${ours({ second: day * 86_400 })}\n`);
      return path;
    });
    const open = () => readdirSync("/proc/self/fd").length;
    const before = open();
    let most = 0;
    for await (const requests of inTimeOrder(readersOf(paths)))
      most = Math.max(most, open() - before + requests.length - 1);
    expect(most).toBeLessThan(5);
  },
);

test("lines that are too long are counted once, however long the log is", async () => {
  const long = "x".repeat(70_000);
  const lines = Array.from({ length: 9 }, (_, second) => ours({ second }));
  const name = "a.log";
  const bytes = async function* () {
    for (const line of [long, ...lines])
      yield await Promise.resolve(Buffer.from(`${line}\n`));
  };
  const [reader] = readersOf([{ name, bytes: bytes() }]);
  if (reader === undefined) throw new Error("no reader");
  for await (const requests of inTimeOrder([reader]))
    expect(requests.length).toBeGreaterThan(0);
  expect(reader.read).toMatchObject({ lines: 10, unread: 1 });
});
