import { limitOf, headOf } from "./send-fragment.js";
import type { OpenFile, OpenFiles } from "./open-files.js";
import { fragmentAt, type ServedLevel } from "./package.js";

/**
 * Bytes of every fragment that the client manifest announces, in its order; 0
 * where there is none.
 *
 * Usually fragments stand one behind another, so that each ends where the next
 * begins. A few are looked at to see whether that is so here; if not, all are.
 */
export async function readFragmentSizes(
  level: ServedLevel,
  files: OpenFiles,
): Promise<number[]> {
  const count = level.fragments.time.length;
  const open = await files.take(level.file);
  try {
    const probes = [0, Math.floor(count / 2), count - 1];
    const isDense = await allDense(level, open, probes);
    const sizes: number[] = [];
    for (const time of level.stream.times) {
      const number = fragmentAt(level.fragments, time);
      sizes.push(await sizeOf(level, open, number, isDense));
    }
    return sizes;
  } finally {
    files.release(open);
  }
}

async function allDense(
  level: ServedLevel,
  open: OpenFile,
  numbers: readonly number[],
): Promise<boolean> {
  for (const number of numbers) {
    const size = await sizeOf(level, open, number, false);
    if (size !== limitOf({ level, number, duration: undefined })) return false;
  }
  return true;
}

async function sizeOf(
  level: ServedLevel,
  open: OpenFile,
  number: number,
  isDense: boolean,
): Promise<number> {
  if (number < 0) return 0;
  const fragment = { level, number, duration: undefined };
  if (isDense) return limitOf(fragment);
  return (await headOf(fragment, open)).size;
}
