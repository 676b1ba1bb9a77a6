import { read, readSync } from "node:fs";
import { isAway, setPace, FileChanged, type OpenFile } from "./open-files.js";

/**
 * Fills a buffer from a file. Bytes are nearly always in the page cache and are read at once: to
 * hand them to another thread takes longer than to read them. After a slow read, other threads read
 * the file for a while, so a disk delays other clients only for a moment now and then.
 *
 * @throws FileChanged when the file ends too early
 */
export function readFully(
  file: OpenFile,
  buffer: Buffer,
  length: number,
  position: number,
): Promise<void> | undefined {
  const { pace } = file;
  if (isAway(pace)) return readElsewhere(file, buffer, length, position);
  const beganMs = performance.now();
  let filled = 0;
  while (filled < length) {
    const at = position + filled;
    const count = readSync(file.fd, buffer, filled, length - filled, at);
    if (count === 0) throw new FileChanged("cut off");
    filled += count;
  }
  setPace(pace, beganMs, performance.now());
  return undefined;
}

async function readElsewhere(
  { fd }: OpenFile,
  buffer: Buffer,
  length: number,
  position: number,
): Promise<void> {
  let filled = 0;
  while (filled < length) {
    const count = await readOnce(fd, buffer, filled, length, position);
    if (count === 0) throw new FileChanged("cut off");
    filled += count;
  }
}

/** The callback form: a FileHandle's read takes twice the time. */
async function readOnce(
  fd: number,
  buffer: Buffer,
  filled: number,
  length: number,
  position: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, buffer, filled, length - filled, position + filled, (error, n) =>
      error ? reject(error) : resolve(n),
    );
  });
}
