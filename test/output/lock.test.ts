import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { clearDeadLock, withLock } from "../../src/output/lock.js";
import { closeWork, makeWork, type WorkFolder } from "../../src/output/work.js";
import { ownerText, THIS_PROCESS, type Owner } from "../../src/ffmpeg/owner.js";
import { namesIn } from "../support/crashes.js";
import { test } from "../support/scratch-folder.js";

const DEAD: Owner = { ...THIS_PROCESS, pid: 999_999_999 };
const ELSEWHERE: Owner = { ...DEAD, host: "ci_7" };
const MINUTE = 60;

/** The lock of another run, taken some seconds ago. */
function locked(target: string, owner: Owner, silentSeconds = 0): void {
  const name = `.mss-pack-tmp-${ownerText(owner)}-abcdef`;
  mkdirSync(join(target, name));
  const lock = join(target, ".mss-pack-lock");
  mkdirSync(lock);
  writeFileSync(join(lock, name), "");
  const then = Date.now() / 1000 - silentSeconds;
  utimesSync(lock, then, then);
}

const isLocked = (target: string) => namesIn(target).includes(".mss-pack-lock");
const works = (target: string, count: number) =>
  Promise.all(
    Array.from({ length: count }, () => makeWork(target, () => false)),
  );

/** Runs that each hold the lock three times. @returns the most that ever held it together */
async function contend(
  target: string,
  runs: readonly WorkFolder[],
): Promise<number> {
  let holding = 0;
  let most = 0;
  const hold = async (work: WorkFolder) => {
    most = Math.max(most, ++holding);
    await makeWork(work.path, () => false).then(closeWork);
    holding--;
  };
  await Promise.all(
    runs.map(async (work) => {
      for (let i = 0; i < 3; i++)
        await withLock(target, work, undefined, () => hold(work));
      await closeWork(work);
    }),
  );
  return most;
}

describe("the lock of an output folder", () => {
  test("is held by one of many runs at a time, and is gone after the last", async ({
    scratch,
  }) => {
    expect(await contend(scratch, await works(scratch, 12))).toBe(1);
    expect(namesIn(scratch)).toEqual([]);
  });

  test("is released by a run that fails", async ({ scratch }) => {
    const [work] = await works(scratch, 1);
    if (work === undefined) return;
    const run = withLock(scratch, work, undefined, () =>
      Promise.reject(new Error("no")),
    );
    await expect(run).rejects.toThrow("no");
    expect(isLocked(scratch)).toBe(false);
    await closeWork(work);
  });

  test.for<[string, Owner, number]>([
    ["a dead run", DEAD, 0],
    ["a run elsewhere that is silent for 61 minutes", ELSEWHERE, 61 * MINUTE],
  ])("of %s goes to one of many", async ([, owner, silent], { scratch }) => {
    locked(scratch, owner, silent);
    expect(await contend(scratch, await works(scratch, 12))).toBe(1);
    expect(isLocked(scratch)).toBe(false);
  });

  test("of a run whose work folder is gone is nobody's", async ({
    scratch,
  }) => {
    const [gone, ...others] = await works(scratch, 3);
    if (gone === undefined) return;
    await withLock(scratch, gone, undefined, async () => {
      await closeWork(gone);
      expect(await contend(scratch, others)).toBe(1);
    });
    expect(namesIn(scratch)).toEqual([]);
  });

  test("of this process that could not be released is nobody's", async ({
    scratch,
  }) => {
    locked(scratch, THIS_PROCESS);
    expect(await contend(scratch, await works(scratch, 12))).toBe(1);
    expect(isLocked(scratch)).toBe(false);
  });

  /** Wants the lock, in vain; then the signal fires. */
  async function expectHeld(target: string): Promise<void> {
    const [work] = await works(target, 1);
    if (work === undefined) return;
    const stop = new AbortController();
    const run = withLock(target, work, stop.signal, () =>
      Promise.reject(new Error("two hold the lock")),
    );
    await clearDeadLock(target, work); // does not wait
    stop.abort();
    await expect(run).rejects.toMatchObject({ code: "aborted" });
    expect(isLocked(target)).toBe(true);
    await closeWork(work);
  }

  test("of a living run is waited for until the signal fires, however long it takes", async ({
    scratch,
  }) => {
    const [work] = await works(scratch, 1);
    if (work === undefined) return;
    await withLock(scratch, work, undefined, async () => {
      utimesSync(join(scratch, ".mss-pack-lock"), 0, 0);
      await expectHeld(scratch);
    });
    await closeWork(work);
  });

  test("of a run elsewhere is waited for while that may live", async ({
    scratch,
  }) => {
    locked(scratch, ELSEWHERE, 59 * MINUTE);
    await expectHeld(scratch);
  });

  test("of a dead run is cleared by a run that needs none", async ({
    scratch,
  }) => {
    locked(scratch, DEAD);
    const [work] = await works(scratch, 1);
    if (work === undefined) return;
    await clearDeadLock(scratch, work);
    expect(isLocked(scratch)).toBe(false);
    await closeWork(work);
  });
});
