import { expect, test } from "vitest";
import { again, fuzz } from "./run.js";

const SEED = 17_008;

test("a scan of any damaged package gives a row", async () => {
  const run = { seed: SEED, mutants: 600, processes: 2, readers: "scan" };
  const { failures, reports } = await fuzz(run);
  const told = failures.map(
    (failure) => `${again(failure, SEED, "scan")}\n${failure.reason}`,
  );
  expect(told).toEqual([]);
  const kinds = reports.map(({ verdicts }) => verdicts);
  const total = (pick: keyof (typeof kinds)[number]) =>
    kinds.reduce((sum, verdicts) => sum + verdicts[pick], 0);
  expect(total("refused") + total("findings") + total("accepted")).toBe(600);
  expect(total("findings")).toBeGreaterThan(50);
  expect(total("refused")).toBeGreaterThan(50);
  expect(total("accepted")).toBeGreaterThan(20);
});
