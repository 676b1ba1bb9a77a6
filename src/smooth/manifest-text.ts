import { PackError } from "../errors.js";
import { openFile, readAt } from "../isobmff/scan.js";

/** A manifest as text, with the way back to its bytes. */
export interface ManifestText {
  readonly text: string;
  encode(text: string): Uint8Array;
}

/** IIS writes UTF-16 with a byte order mark; we and others UTF-8, with or without. */
export function decodeText(bytes: Uint8Array, file: string): ManifestText {
  const [first, second] = bytes;
  const isLittle = first === 0xff && second === 0xfe;
  if (first === 0xfe && second === 0xff)
    throw new PackError(
      "input",
      `${file}: is UTF-16, big end first. Expected UTF-8, or UTF-16 as IIS writes it.`,
    );
  const encoding = isLittle ? "utf16le" : "utf8";
  // A mark stays in front of the text, and so in front of the bytes.
  const text = Buffer.from(bytes).toString(encoding);
  return { text, encode: (changed) => Buffer.from(changed, encoding) };
}

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
