import { PackError } from "../errors.js";

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
