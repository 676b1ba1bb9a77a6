import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { messageOf, PackError } from "./errors.js";

/**
 * Writes a report as one JSON document. At no moment there is half of one:
 * it is written beside its place and moved there.
 *
 * @throws PackError `output` when it cannot be written
 */
export async function writeReport(path: string, report: object): Promise<void> {
  const fresh = join(dirname(path), `.${basename(path)}.${process.pid}.new`);
  try {
    const file = await open(fresh, "w");
    try {
      await file.writeFile(`${JSON.stringify(report, undefined, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch (cause) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw new PackError(
      "output",
      `${path}: the report cannot be written (${messageOf(cause)}).`,
      { cause },
    );
  }
}
