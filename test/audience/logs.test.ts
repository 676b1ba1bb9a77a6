import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { appendFileSync, linkSync, symlinkSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
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

test.for([1, 700])(
  "a packed log may come from a pipe, %i bytes first",
  async (first) => {
    const packed = gzipSync(TEXT);
    const bytes = chunks(packed.subarray(0, first), packed.subarray(first));
    const { all } = await readAudience([{ name: "standard input", bytes }]);
    expect(all).toMatchObject(ALL);
  },
);

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

test.skipIf(process.platform === "win32")(
  "several logs may come from pipes, which cannot be read again",
  async ({ scratch }) => {
    const paths = [0, 1].map((n) => join(scratch, `pipe-${n}`));
    execFileSync("mkfifo", paths);
    const writers = paths.map(async (path, half) => {
      const lines = LINES.filter((_, i) => i % 2 === half);
      await writeFile(path, lines.map((line) => `${line}\n`).join(""));
    });
    const { all, logs } = await readAudience(paths);
    await Promise.all(writers);
    expect(logs.map(({ lines }) => lines)).toEqual([2700, 2700]);
    expect(all).toMatchObject(ALL);
  },
);

test("a log that is given twice is refused, also by another name", async ({
  scratch,
}) => {
  const path = join(scratch, "access.log");
  writeFileSync(path, TEXT);
  const [other, link] = ["other.log", "link.log"].map((name) =>
    join(scratch, name),
  ) as [string, string];
  linkSync(path, other);
  symlinkSync(path, link);
  const roundabout = `${scratch}/./access.log`;
  const piped = logOf(LINES);
  for (const logs of [
    [path, path],
    [path, roundabout],
    [path, other],
    [path, link],
    [piped, { ...piped }],
  ])
    await expect(readAudience(logs)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("would count twice") as string,
    });
});

test("an address of IPv4 is one viewer, however the log writes it", async () => {
  const lines = ["192.0.2.1", "::ffff:192.0.2.1"].map((client) =>
    ours({ second: 0, client }),
  );
  const { all } = await readAudience([logOf(lines)]);
  expect(all).toMatchObject({ viewers: 1, playbacks: 1 });
});
