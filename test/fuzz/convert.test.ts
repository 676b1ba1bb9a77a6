import { expect, test } from "vitest";
import { again, fuzz } from "./run.js";

const SEED = 17_007;

test.each([
  ["convert", 150],
  ["convert-cenc", 100],
] as const)(
  "%s of any damaged package gives files or a sentence",
  async (readers, mutants) => {
    const run = { seed: SEED, mutants, processes: 2, readers };
    const { failures, reports } = await fuzz(run);
    const told = failures.map(
      (failure) => `${again(failure, SEED, readers)}\n${failure.reason}`,
    );
    expect(told).toEqual([]);
    const kinds = reports.map(({ verdicts }) => verdicts);
    const total = (pick: keyof (typeof kinds)[number]) =>
      kinds.reduce((sum, verdicts) => sum + verdicts[pick], 0);
    expect(total("refused") + total("findings") + total("accepted")).toBe(
      mutants,
    );
    expect(total("refused")).toBeGreaterThan(30);
    expect(total("findings") + total("accepted")).toBeGreaterThan(10);
  },
);
