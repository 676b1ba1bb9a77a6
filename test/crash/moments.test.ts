import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { mssPack } from "../support/cli.js";
import { makeClip } from "../support/clip.js";
import {
  changesOf,
  expectNoFalsePackage,
  namesIn,
  programsWith,
  QUICK,
  randomNumbers,
  stoppedRun,
  successful,
} from "../support/crashes.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const clip = join(folder, "clip.mp4");
/** Long enough in the encoder that a kill some time after its begin meets it. */
const slow = join(folder, "slow.mp4");
const SLOW = ["--rung", "320x180:100k", "--encoder-preset", "veryslow"];
const HAS_PROC = process.platform === "linux";

const job = (out: string) => [clip, "-o", out, ...QUICK, "--quiet"];
const random = randomNumbers(20_261);

/** As that of the run whose changes are counted: it is not there yet, and making it is a change. */
function newFolder(): string {
  return join(mkdtempSync(join(folder, "stopped-")), "out");
}

/** What a run that nobody stops changes on the disk, and the names that it leaves. */
let changes: readonly string[];
let whole: readonly string[];

beforeAll(async () => {
  await makeClip(clip, { seconds: 1 });
  await makeClip(slow, { seconds: 12 });
  changes = await changesOf(
    job(join(folder, "whole")),
    join(folder, "changes.txt"),
  );
  whole = namesIn(join(folder, "whole"));
});

/** When a run is stopped, in words and as the number of a change. */
type Moment = readonly [when: string, at: () => number];

/** Moments all over the run. */
function momentsOf(count: number): Moment[] {
  return Array.from({ length: count }, (_, i) => {
    const part = (i + random()) / count;
    return [
      `after ${Math.floor(part * 100)} % of its changes`,
      () => 1 + Math.floor(part * changes.length),
    ];
  });
}

const NAMES = [0, 1, 2, 3];

/** The changes that give the package's files their names. */
const links = () =>
  changes.flatMap((name, i) => (name === "link" ? [i + 1] : []));

/** Every moment of the publication, and the last of all. */
const PUBLICATION: readonly Moment[] = [
  ...NAMES.map((i): Moment => [
    `before name ${i + 1} of the package`,
    () => links()[i] ?? 0,
  ]),
  ["before its last change", () => changes.length],
];

/** The next run needs no --overwrite unless the package is complete, and leaves nothing else. */
async function expectNextRunClears(
  out: string,
  args: readonly string[],
): Promise<void> {
  const isComplete = await expectNoFalsePackage(out);
  await successful([...args, ...(isComplete ? ["--overwrite"] : [])]);
  expect(await expectNoFalsePackage(out)).toBe(true);
  expect(namesIn(out).filter((name) => name.startsWith("."))).toEqual([]);
  expect(programsWith(out)).toEqual([]);
}

describe.skipIf(!HAS_PROC)("a run that is stopped at any moment", () => {
  test("changes the disk in more than 40 places, four of them names of the package", () => {
    expect(changes.length).toBeGreaterThan(40);
    expect(links()).toHaveLength(NAMES.length);
  });

  test.concurrent.each([...momentsOf(10), ...PUBLICATION])(
    "by SIGKILL %s leaves no false package, and the next run clears up",
    async (_, change) => {
      const at = change();
      const out = newFolder();
      const { exitCode } = await stoppedRun(job(out), { at, with: "SIGKILL" });
      expect(exitCode).toBe(null);
      await expectNextRunClears(out, job(out));
      expect(namesIn(out)).toEqual(whole);
    },
  );

  test.concurrent.each(
    (["SIGINT", "SIGTERM", "SIGHUP"] as const).flatMap((signal) =>
      momentsOf(3).map((moment) => [signal, ...moment] as const),
    ),
  )(
    "by %s %s leaves a right package or nothing at all",
    async (signal, _, change) => {
      const at = change();
      const out = newFolder();
      const { exitCode } = await stoppedRun(job(out), { at, with: signal });
      const code = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal];
      expect(exitCode === 0 ? whole : []).toEqual(namesIn(out));
      expect([0, code]).toContain(exitCode);
      expect(programsWith(out)).toEqual([]);
      await expectNextRunClears(out, job(out));
    },
  );
});

describe.skipIf(!HAS_PROC)("while ffmpeg works", () => {
  const args = (out: string) => [slow, "-o", out, ...SLOW, "--json"];

  /** Waits until ffmpeg writes to a folder, and then some time. */
  async function ffmpegIn(out: string): Promise<number[]> {
    let found: number[] = [];
    while (found.length === 0) {
      await delay(20);
      found = programsWith(join(out, ".mss-pack-tmp-"));
    }
    await delay(random() * 300);
    return found;
  }

  test.concurrent.each([1, 2, 3])(
    "a killed run's ffmpeg is killed by the next run (moment %i)",
    async (i) => {
      const out = join(folder, `orphan-${i}`);
      let orphans: number[] = [];
      await mssPack(args(out), {
        onStart: async (child) => {
          orphans = await ffmpegIn(out);
          child.kill("SIGKILL");
        },
      });
      expect(programsWith(out)).toEqual(orphans);
      await successful(job(out));
      expect(programsWith(out)).toEqual([]);
      expect(namesIn(out)).toEqual(whole);
    },
  );

  test.concurrent.each([1, 2, 3])(
    "ffmpeg killed by somebody else is told as that, not as damage (moment %i)",
    async (i) => {
      const out = join(folder, `ffmpeg-${i}`);
      const { exitCode, stderr } = await mssPack(args(out), {
        onStart: async () => {
          for (const pid of await ffmpegIn(out)) process.kill(pid, "SIGKILL");
        },
      });
      expect(stderr).toContain("ffmpeg was killed (SIGKILL)");
      expect(stderr).toContain("memory");
      expect(exitCode).toBe(4);
      expect(namesIn(out)).toEqual([]);
    },
  );

  test.concurrent.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s takes ffmpeg and the work folder with it",
    async (signal) => {
      const out = join(folder, `stop-${signal}`);
      await mssPack(args(out), {
        onStart: async (child) => {
          await ffmpegIn(out);
          child.kill(signal);
        },
      });
      expect(programsWith(out)).toEqual([]);
      expect(namesIn(out)).toEqual([]);
    },
  );
});
