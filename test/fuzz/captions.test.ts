import { expect, test } from "vitest";
import { again, fuzz } from "./run.js";

const SEED = 20_261;

test("a damaged caption file gives cues that can be shown, or a sentence", async () => {
  const { failures, reports } = await fuzz({
    ...{ seed: SEED, mutants: 450, processes: 1, readers: "captions" },
  });
  const told = failures.map(
    (failure) => `${again(failure, SEED, "captions")}\n${failure.reason}`,
  );
  expect(told).toEqual([]);
  const total = (pick: "refused" | "findings" | "accepted") =>
    reports.reduce((sum, { verdicts }) => sum + verdicts[pick], 0);
  expect(total("refused") + total("findings") + total("accepted")).toBe(450);
  // Mutants are neither all hopeless nor all harmless, or nothing deep was tried.
  expect(total("refused")).toBeGreaterThan(100);
  expect(total("findings")).toBeGreaterThan(20);
  expect(total("accepted")).toBeGreaterThan(10);
});

test("damaged parameter sets of HEVC are read or refused in a sentence", async () => {
  const { failures, reports } = await fuzz({
    ...{ seed: SEED, mutants: 2000, processes: 1, readers: "hevc" },
  });
  expect(
    failures.map(
      (failure) => `${again(failure, SEED, "hevc")}\n${failure.reason}`,
    ),
  ).toEqual([]);
  for (const verdict of ["refused", "findings"] as const)
    expect(reports[0]?.verdicts[verdict]).toBeGreaterThan(20);
});
