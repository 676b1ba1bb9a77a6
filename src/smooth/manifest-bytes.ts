import { openFile, readAt } from "../isobmff/scan.js";

/** A day of two-second fragments in six streams takes 5 MB. */
const MOST_BYTES = 6 * 1024 * 1024;

/** The bytes of a file of the size that a manifest can have. */
export async function readBytes(path: string): Promise<Uint8Array> {
  const file = await openFile(path);
  try {
    const { size } = await file.stat();
    if (size > MOST_BYTES)
      throw new Error(`${size} bytes, expected at most ${MOST_BYTES}`);
    return await readAt(file, 0, size);
  } finally {
    await file.close();
  }
}
