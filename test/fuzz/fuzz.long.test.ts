import { expect, test } from "vitest";
import { again, fuzz } from "./run.js";

const SEED = 20_260;

test("no damaged file makes a reader crash, hang, fill the memory or throw anything but a PackError", async () => {
  const run = { seed: SEED, mutants: 1500, processes: 2 };
  const { failures, reports } = await fuzz(run);
  const told = failures.map(
    (failure) => `${again(failure, SEED)}\n${failure.reason}`,
  );
  expect(told).toEqual([]);
  const kinds = reports.map(({ verdicts }) => verdicts);
  const total = (pick: keyof (typeof kinds)[number]) =>
    kinds.reduce((sum, verdicts) => sum + verdicts[pick], 0);
  expect(total("refused") + total("findings") + total("accepted")).toBe(1500);
  // Mutants are neither all hopeless nor all harmless, or nothing deep was tried.
  expect(total("findings")).toBeGreaterThan(300);
  expect(total("refused")).toBeGreaterThan(150);
  expect(total("accepted")).toBeGreaterThan(50);
});
