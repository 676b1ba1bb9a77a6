import { createHash } from "node:crypto";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect } from "vitest";
import { readAudience } from "../../src/audience/read-audience.js";
import { chunks, combined, logOf, nginx, ours } from "../support/access-log.js";
import { test } from "../support/scratch-folder.js";

/** Three hours in one session: 5400 fragments. */
const LINES = Array.from({ length: 5400 }, (_, i) => {
  const asked = { second: i * 2 + 0.5, at: i * 2, playback: "a" };
  return [ours, nginx, combined][i % 3]?.(asked) ?? "";
});
const TEXT = LINES.map((line) => `${line}\n`).join("");
const ALL = { viewers: 1, playbacks: 1, secondsWatched: 10_800 };

test("formats may be mixed in one log", async () => {
  const { all, logs } = await readAudience([logOf(LINES)]);
  expect(all).toMatchObject(ALL);
  expect(logs).toEqual([
    { name: "access.log", lines: 5400, unread: 0, problem: null },
  ]);
});

describe("rotated logs", () => {
  test("are one log, whatever they are called and in whatever order they are given", async ({
    scratch,
  }) => {
    const paths = [3, 2, 1, 0].map((part) => {
      const lines = LINES.slice(part * 1350, (part + 1) * 1350);
      const text = Buffer.from(lines.map((line) => `${line}\n`).join(""));
      const path = join(scratch, `access.log.${3 - part}`);
      writeFileSync(path, part % 2 === 0 ? gzipSync(text) : text);
      return path;
    });
    const { all, logs } = await readAudience(paths);
    expect(all).toMatchObject(ALL);
    expect(logs.map(({ lines }) => lines)).toEqual([1350, 1350, 1350, 1350]);
  });

  test("packed in several pieces, one after another, are read to the end", async ({
    scratch,
  }) => {
    const path = join(scratch, "access.log.gz");
    writeFileSync(path, gzipSync(TEXT.slice(0, 100_000)));
    appendFileSync(path, gzipSync(TEXT.slice(100_000)));
    expect((await readAudience([path])).all).toMatchObject(ALL);
  });

  test("of several workers, line by line in turn, are read together", async ({
    scratch,
  }) => {
    const paths = [0, 1].map((worker) => {
      const path = join(scratch, `${worker}.log`);
      const lines = LINES.filter((_, i) => i % 2 === worker);
      writeFileSync(path, lines.join("\n"));
      return path;
    });
    expect((await readAudience(paths)).all).toMatchObject(ALL);
  });
});

test("a packed log may come from a pipe", async () => {
  const packed = gzipSync(TEXT);
  const bytes = chunks(packed.subarray(0, 700), packed.subarray(700));
  const { all } = await readAudience([{ name: "standard input", bytes }]);
  expect(all).toMatchObject(ALL);
});

test("of a packed log that is cut off all is read that is there, and it is told", async ({
  scratch,
}) => {
  const path = join(scratch, "access.log.gz");
  // Noise, or a few bytes would hold all.
  const noisy = LINES.map((line, i) =>
    line.replace("Player/1", createHash("sha1").update(`${i}`).digest("hex")),
  );
  const packed = gzipSync(noisy.join("\n"));
  writeFileSync(path, packed.subarray(0, packed.length / 2));
  const { all, logs } = await readAudience([path]);
  expect(logs[0]?.problem).toMatch(/^the packed data is damaged or cut off/);
  expect(all.requests).toBeGreaterThan(2600);
  expect(all.requests).toBeLessThan(2800);
});

test("an empty log is an audience of nobody", async ({ scratch }) => {
  const path = join(scratch, "access.log");
  writeFileSync(path, "");
  const report = await readAudience([path]);
  expect(report).toMatchObject({ from: null, to: null, packages: [] });
  expect(report.all).toMatchObject({ viewers: 0, averageBitrate: null });
});

test("a file that is no access log is refused", async ({ scratch }) => {
  const path = join(scratch, "film.mp4");
  writeFileSync(path, "one\ntwo\n");
  await expect(readAudience([path])).rejects.toMatchObject({
    ...{
      code: "input",
      message: `${path}: none of 2 lines could be read. Expected an access log.`,
    },
  });
});

test.for([
  ["gone.log", "no such file"],
  [".", "is a folder, expected an access log"],
])(
  "%s is refused before the others are read",
  async ([name, why], { scratch }) => {
    const path = join(scratch, name ?? "");
    const logs = [logOf(LINES), path];
    await expect(readAudience(logs)).rejects.toMatchObject({
      ...{ code: "input", message: `${path}: ${why}.` },
    });
  },
);

test("a signal stops the reading", async () => {
  const signal = AbortSignal.abort();
  await expect(readAudience([logOf(LINES)], { signal })).rejects.toMatchObject({
    code: "aborted",
  });
});
