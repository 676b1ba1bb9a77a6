import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, appendFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FILLER = "filler";

/** A disk in memory; only root on Linux can have one. */
export class SmallDisk {
  readonly path: string;

  constructor(sizeBytes: number) {
    this.path = mkdtempSync(join(tmpdir(), "mss-pack-disk-"));
    const options = `size=${sizeBytes}`;
    const args = ["-t", "tmpfs", "-o", options, "tmpfs", this.path];
    execFileSync("mount", args, { stdio: "pipe" });
  }

  /** Fills the disk up to a few last bytes, others may write meanwhile; what it was filled with before stays. */
  fill(leftBytes = 0): void {
    const { bavail, bsize } = statfsSync(this.path);
    const bytes = Math.max(0, bavail * bsize - leftBytes);
    try {
      appendFileSync(join(this.path, FILLER), Buffer.alloc(bytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
  }

  empty(): void {
    rmSync(join(this.path, FILLER), { force: true });
  }

  makeReadOnly(): void {
    execFileSync("mount", ["-o", "remount,ro", this.path]);
  }

  remove(): void {
    execFileSync("umount", ["-l", this.path]);
    rmSync(this.path, { recursive: true });
  }
}

export const CAN_MOUNT = canMount();

function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  try {
    new SmallDisk(65_536).remove();
    return true;
  } catch {
    return false; // root of a container that may not mount
  }
}
