import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeItem, type ItemReport } from "../../src/batch/item.js";
import { summarizeBatch } from "../../src/batch/batch.js";
import {
  chooseReporter,
  type ReporterFlags,
} from "../../src/cli/choose-reporter.js";
import type { Message } from "../../src/cli/reporter.js";
import { PackError } from "../../src/errors.js";

const PLAN: Message = {
  text: (detail) => `${detail} plan\nnote: of two lines`,
  object: { plan: { name: "film" } },
};
const RESULT: Message = {
  text: (detail) => `${detail} result`,
  object: { state: "done", name: "film" },
};
const DONE: ItemReport = {
  ...{ input: "film.mp4", name: "film", seconds: 2, state: "done" },
  ...{ manifest: "out/film.ism", bytes: 2048, durationSeconds: 60 },
  ...{ notes: [], lost: [] },
};
const FAILED: ItemReport = {
  ...{ input: "film.mp4", name: "film", seconds: 2, state: "failed" },
  ...{ code: "input", exit: 3, message: "film.mp4: is empty.", facts: {} },
};

const said = { stdout: "", stderr: "" };
const terminals: Record<"stdout" | "stderr", boolean> = {
  stdout: process.stdout.isTTY,
  stderr: process.stderr.isTTY,
};

beforeEach(() => {
  vi.useFakeTimers(); // bars are drawn by a timer
  for (const name of ["stdout", "stderr"] as const) {
    said[name] = "";
    process[name].isTTY = false;
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      said[name] += String(text);
      return true;
    });
  }
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  process.stdout.isTTY = terminals.stdout;
  process.stderr.isTTY = terminals.stderr;
});

/** The same events to each reporter: one input that is done, one that failed. */
function tell(flags: ReporterFlags, isBatch: boolean) {
  const reporter = chooseReporter(flags, { isBatch });
  const item = makeItem("film.mp4", 1, 1);
  const encoded = { step: "encode", label: "encode", fraction: 1 } as const;
  reporter.start(item);
  reporter.plan(item, PLAN);
  reporter.progress(item, encoded);
  vi.advanceTimersByTime(1000);
  reporter.end(item, { report: DONE, message: RESULT });
  reporter.start(item);
  reporter.end(item, {
    report: FAILED,
    error: new PackError("input", "film.mp4: is empty."),
  });
  if (isBatch) reporter.moved(item, "failed/film.mp4");
  reporter.say("by the way");
  reporter.warn("a warning");
  reporter.summary(summarizeBatch([FAILED], 2000));
  reporter.close();
  return {
    lines: said.stderr.trimEnd().split("\n"),
    objects: said.stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as unknown),
  };
}

test("lines of one input have no name, and leave its failure to the command", () => {
  expect(tell({}, false)).toEqual({
    lines: [
      "full plan",
      "note: of two lines",
      "encode: 100 %",
      "full result",
      "by the way",
      "a warning",
    ],
    objects: [],
  });
});

test("lines of a batch have each the input's name, and end with a table", () => {
  expect(tell({}, true).lines).toEqual([
    "[1/1] film.mp4: brief plan",
    "[1/1] film.mp4: note: of two lines",
    "[1/1] film.mp4: encode: 100 %",
    "[1/1] film.mp4: done in 0:02, 2.0 kB: out/film.ism",
    "[1/1] film.mp4: failed: is empty.",
    "[1/1] film.mp4: moved to failed/film.mp4",
    "by the way",
    "a warning",
    "    Total     Done  Skipped   Failed",
    "        1        0        0        1   in 0:02",
    "  failed: film.mp4: is empty. (input)",
  ]);
});

test.each([
  [false, "verbose plan"],
  [true, "[1/1] film.mp4: verbose plan"],
])("--verbose says all of a plan, in a batch (%s) too", (isBatch, line) => {
  expect(tell({ verbose: true }, isBatch).lines[0]).toBe(line);
});

test("quiet, one input says nothing and a batch its failures", () => {
  expect(tell({ quiet: true }, false).lines).toEqual(["a warning"]);
  said.stderr = "";
  expect(tell({ quiet: true }, true).lines).toEqual([
    "[1/1] film.mp4: failed: is empty.",
    "a warning",
  ]);
});

test("JSON of one input names none, that of a batch names it in every line", () => {
  const progress = { step: "encode", label: "encode", fraction: 1 };
  expect(tell({ json: true, quiet: true }, false).objects).toEqual([
    { type: "plan", plan: { name: "film" } },
    { type: "progress", ...progress },
    { type: "result", state: "done", name: "film" },
    { type: "trouble", message: "a warning" },
  ]);
  said.stdout = "";
  const of = { input: "film.mp4", item: 1 };
  expect(tell({ json: true, quiet: true }, true).objects).toEqual([
    { type: "plan", ...of, plan: { name: "film" } },
    { type: "progress", ...of, ...progress },
    { type: "result", ...of, state: "done", name: "film" },
    {
      ...{ type: "error", ...of, code: "input", exit: 3 },
      ...{ message: "film.mp4: is empty.", facts: {} },
    },
    { type: "moved", ...of, to: "failed/film.mp4" },
    { type: "trouble", message: "a warning" },
  ]);
});

/** How far a batch of two is while the first input is encoded. */
function tellWhole(flags: ReporterFlags) {
  const reporter = chooseReporter(flags, { isBatch: true });
  const item = makeItem("film.mp4", 1, 2);
  const encoded = { step: "encode", label: "encode", fraction: 1 } as const;
  const batch = { fraction: 0.5, remainingSeconds: 75 };
  reporter.start(item);
  reporter.progress(item, encoded, batch);
  vi.advanceTimersByTime(1000);
  reporter.close();
  return said;
}

test("a batch tells the time left for all of it: in a line, to machines, and with a bar of its own", () => {
  expect(tellWhole({}).stderr).toBe(
    "[1/2] film.mp4: encode: 100 %; all: 50 %, 1:15 left\n",
  );
  expect(JSON.parse(tellWhole({ json: true }).stdout)).toMatchObject({
    ...{ type: "progress", batch: { fraction: 0.5, remainingSeconds: 75 } },
  });
  process.stderr.isTTY = true;
  const plain = tellWhole({}).stderr.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "\n");
  expect(plain).toMatch(/^all 2 inputs +\S+ 50 % 1:15 left/m);
});

test.each([
  [false, /^encode +\S+ 100 %/m],
  [true, /^\[1\/1\] film\.mp4 +\S+ 100 % encode/m],
])(
  "on a terminal the bar of a batch (%s) has words around it",
  (isBatch, bar) => {
    process.stderr.isTTY = true;
    const { lines } = tell({}, isBatch);
    const plain = lines.join("\n").replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "\n");
    expect(plain).toMatch(bar);
    expect(plain).toContain(isBatch ? "brief plan" : "full plan");
    expect(plain).toContain(isBatch ? "done in 0:02" : "full result");
    expect(plain).toContain("by the way\na warning");
  },
);
