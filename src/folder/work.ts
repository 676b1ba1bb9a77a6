import { rmSync } from "node:fs";
import { mkdtemp, readdir, rm, rmdir } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";

/** Hidden from listings and origins; tells whose work it is, so that what a dead run left can be removed. */
const WORK_STEM = `.mss-pack-tmp-${hostname().replaceAll(/[^\w.]/g, "_")}-`;
const WORK_PREFIX = `${WORK_STEM}${process.pid}-`;

/** Work folders of this process; none outlives it, however it ends (but by SIGKILL). */
const liveWork = new Set<string>();
process.on("exit", () => {
  for (const work of liveWork) rmSync(work, { recursive: true, force: true });
});

/** A new work folder in `target`; it is removed when this process ends. */
export async function makeWork(target: string): Promise<string> {
  const work = await mkdtemp(join(target, WORK_PREFIX));
  liveWork.add(work);
  return work;
}

/** Removes work folders of runs on this machine that were killed. */
export async function removeDeadWork(target: string): Promise<void> {
  for (const name of await readdir(target)) {
    const pid = name.startsWith(WORK_STEM)
      ? Number.parseInt(name.slice(WORK_STEM.length), 10)
      : Number.NaN;
    if (!Number.isNaN(pid) && !isAlive(pid))
      await rm(join(target, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // somebody else's
  }
}

export async function removeWork(work: string): Promise<void> {
  await rm(work, { recursive: true, force: true });
  liveWork.delete(work);
}

/** Removes only folders that we made, and only while they are empty. */
export async function removeEmpty(
  target: string,
  firstMade: string | undefined,
): Promise<void> {
  if (firstMade === undefined) return;
  for (
    let folder = target;
    folder.startsWith(firstMade);
    folder = dirname(folder)
  ) {
    const isGone = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!isGone) return;
  }
}
