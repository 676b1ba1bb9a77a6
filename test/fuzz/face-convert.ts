import { rmSync } from "node:fs";
import { join } from "node:path";
import { convert, type ConvertOptions } from "../../src/index.js";
import { REQUEST } from "../drm/package.js";
import { refusedOr, type Verdict } from "./face.js";

/** Most mutants of a protected package stay encrypted; with the key it is first made clear, which takes longer. */
const OPENED_EVERY = 8;

/**
 * Lets convert face a package with a mutant. The answer is a set or a file that it has read back, or a sentence; and
 * nothing is left of what is refused.
 */
export async function faceConvert(
  folder: string,
  number: number,
  isProtected: boolean,
): Promise<Verdict> {
  const output = join(folder, "..", "converted");
  const isOpened = isProtected && number % OPENED_EVERY === 0;
  const to = number % 2 === 0 && (isOpened || !isProtected) ? "mp4" : "cmaf";
  const options: ConvertOptions = {
    ...{ to, output, fsync: false, overwrite: true },
    salvage: number % 3 === 0,
    contentKey: isOpened ? REQUEST.contentKey : undefined,
  };
  try {
    return await refusedOr(async () => {
      const { notes } = await convert(join(folder, "clip.ism"), options);
      return notes.length > (isProtected && !isOpened ? 1 : 0)
        ? "findings"
        : "accepted";
    });
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}
