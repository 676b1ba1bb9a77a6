import type { ChildProcess } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { mssPack, type CliResult } from "../support/cli.js";
import { makeClip } from "../support/clip.js";
import {
  changesOf,
  expectNoFalsePackage,
  looksOf,
  namesIn,
  QUICK,
  stoppedRun,
  successful,
} from "../support/crashes.js";
import { tempFolder } from "../support/temp.js";

const folder = tempFolder();
const clip = await makeClip(join(folder, "clip.mp4"), { seconds: 1 });
const SMALL = ["--rung", "96x54:30k", "--encoder-preset", "ultrafast"];

/** Puts a package into a folder in the place of one with another rung. */
const replacing = (out: string) => [
  ...[clip, "-o", out, ...QUICK, "--quiet", "--overwrite"],
];
/** A run that has nothing to do with that package but its folder; mux needs no ffmpeg. */
const other = (out: string) => [
  ...["mux", clip, "-o", out, "--quiet", "--name", "other"],
];
const filesOf = (name: string, kbits: number) => [
  ...[`${name}.ism`, `${name}.ismc`],
  ...[`${name}_${kbits}.ismv`, `${name}_und_128.isma`],
];
const OLD = filesOf("clip", 30);
const NEW = filesOf("clip", 60);

const before = join(folder, "before");
await successful([clip, "-o", before, ...SMALL, "--quiet"]);
const beside = join(folder, "beside");
await successful(other(beside));
const OTHER = namesIn(beside);

function withOldPackage(name: string): string {
  const out = join(folder, name);
  cpSync(before, out, { recursive: true });
  return out;
}

const changes = await changesOf(
  replacing(withOldPackage("counted")),
  join(folder, "changes.txt"),
);
/** From the offer of a lock to the end. */
const begin = changes.lastIndexOf("mkdir", changes.lastIndexOf("mkdir") - 1);
const all = changes.flatMap((_, i) => (i >= begin ? [i + 1] : []));
/** To open a file changes nothing yet. */
const moments = all.filter((at) => changes[at - 1] !== "open");
const visible = (out: string) =>
  namesIn(out).filter((name) => !name.startsWith("."));

/** Whatever was left there: the next run in the folder leaves the old package or the new one, and nothing else. */
async function expectNextRunSettles(out: string): Promise<void> {
  await expectNoFalsePackage(out);
  await successful(other(out));
  const names = namesIn(out).filter((name) => !OTHER.includes(name));
  expect([OLD, NEW]).toContainEqual(names);
  expect(await expectNoFalsePackage(out)).toBe(true);
}

describe("replacing a package", () => {
  test("is watched from before its lock to after it", () => {
    expect(moments.length).toBeGreaterThan(20);
    const names = moments.map((at) => changes[at - 1]);
    expect(names.slice(0, 3)).toEqual(["mkdir", "writeFile", "rename"]);
    expect(names.slice(-3)).toEqual(["rm", "rename", "rm"]);
  });

  test.concurrent.each(moments)(
    "killed before change %i: the next run finds the old package, or the new one",
    async (at) => {
      const out = withOldPackage(`kill-${at}`);
      const { exitCode } = await stoppedRun(replacing(out), {
        ...{ at, with: "SIGKILL" },
      });
      expect(exitCode).toBe(null);
      await expectNextRunSettles(out);
    },
  );

  test.concurrent.each(all)(
    "when change %i fails: the old package stands again, the same files, or the new one does",
    async (at) => {
      const out = withOldPackage(`fail-${at}`);
      const looks = looksOf(out);
      const { exitCode, stderr } = await stoppedRun(replacing(out), {
        ...{ at, with: "EIO", forGood: false },
      });
      expect([0, 5]).toContain(exitCode);
      expect(visible(out)).toEqual(exitCode === 0 ? NEW : OLD);
      if (exitCode === 5) expect(looksOf(out)).toEqual(looks);
      expect(stderr.includes("EIO")).toBe(exitCode === 5);
      await expectNextRunSettles(out);
    },
  );

  test.concurrent.each(moments.filter((_, i) => i % 4 === 0))(
    "when the disk fails for good from change %i on: a run when it works again settles it",
    async (at) => {
      const out = withOldPackage(`dead-${at}`);
      const { exitCode } = await stoppedRun(replacing(out), {
        ...{ at, with: "EIO", forGood: true },
      });
      expect([0, 5]).toContain(exitCode);
      await expectNextRunSettles(out);
    },
  );
});

describe.skipIf(process.platform !== "linux")("two runs at once", () => {
  /** Stops a replacing run before a change, and goes on when that has been `used`. */
  async function haltedRun(
    out: string,
    at: number,
    used: () => Promise<void>,
  ): Promise<CliResult> {
    const onStart = async (child: ChildProcess) => {
      await until(() => /\) T /.test(readProc(child, "stat")), child);
      try {
        await expectNoFalsePackage(out);
        await used();
        await expectNoFalsePackage(out);
      } finally {
        child.kill("SIGCONT");
      }
    };
    const halt = { at, with: "SIGSTOP" } as const;
    return stoppedRun(replacing(out), halt, { onStart });
  }

  /** Resolves when a run has made its package, and has had time to put it in place. */
  async function built(out: string, child: ChildProcess): Promise<void> {
    const mark = `-${child.pid}-`;
    const isBuilt = () =>
      namesIn(out)
        .filter((name) => name.includes(mark))
        .some((name) =>
          namesIn(join(out, name)).some((file) => file.endsWith(".ism")),
        );
    await until(isBuilt, child);
    await delay(300);
  }

  test.concurrent.each(moments.filter((_, i) => i > 4 && i % 3 === 0))(
    "that replace the same package: one that halts before change %i holds the other up",
    async (at) => {
      const out = withOldPackage(`halt-${at}`);
      const again = [clip, "-o", out, ...SMALL, "--overwrite", "--quiet"];
      let second: Promise<CliResult> | undefined;
      const first = await haltedRun(out, at, async () => {
        await new Promise<void>((resolve, reject) => {
          const onStart = (child: ChildProcess) => {
            built(out, child).then(resolve, reject);
          };
          second = mssPack(again, { onStart });
        });
      });
      expect(first).toMatchObject({ exitCode: 0, stderr: "" });
      expect(await second).toMatchObject({ exitCode: 0, stderr: "" });
      expect(namesIn(out)).toEqual(OLD);
      expect(await expectNoFalsePackage(out)).toBe(true);
    },
  );

  test("a run that waits for another can be stopped", async () => {
    const out = withOldPackage("stop");
    await haltedRun(out, moments[5] ?? 0, async () => {
      const onStart = async (child: ChildProcess) => {
        await built(out, child);
        child.kill("SIGTERM");
      };
      const { exitCode } = await mssPack(other(out), { onStart });
      expect(exitCode).toBe(143);
    });
    expect(namesIn(out)).toEqual(NEW);
  });
});

/** Looks again and again; throws when the process ends before. */
async function until(isTrue: () => boolean, child: ChildProcess) {
  while (!isTrue()) {
    if (child.exitCode !== null) throw new Error("the run has ended");
    await delay(20);
  }
}

function readProc({ pid }: ChildProcess, file: string): string {
  return readFileSync(`/proc/${pid}/${file}`, "latin1");
}
