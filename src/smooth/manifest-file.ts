import { readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { messageOf, PackError } from "../errors.js";
import { openFile, readAt } from "../isobmff/scan.js";
import { isFolder } from "../util/files.js";
import { parseXml, type XmlElement } from "../util/xml.js";

/** A manifest as text, with the function that restores its bytes. */
export interface ManifestText {
  readonly text: string;
  encode(text: string): Uint8Array;
}

/** IIS writes UTF-16 with a byte order mark; we and others write UTF-8, with or without one. */
export function decodeManifest(bytes: Uint8Array, file: string): ManifestText {
  const [first, second] = bytes;
  const isLittle = first === 0xff && second === 0xfe;
  if (first === 0xfe && second === 0xff)
    throw new PackError(
      "input",
      `${file}: is UTF-16, big end first. Expected UTF-8, or UTF-16 as IIS writes it.`,
    );
  const encoding = isLittle ? "utf16le" : "utf8";
  // A mark stays at the front of the text, and so at the front of the bytes.
  const text = Buffer.from(bytes).toString(encoding);
  return { text, encode: (changed) => Buffer.from(changed, encoding) };
}

/** A day of two-second fragments in six streams takes 5 MB. */
const MOST_BYTES = 6 * 1024 * 1024;

/** The bytes of a file, within the size limit of a manifest. */
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

/** A manifest in its folder. */
export interface ManifestFile {
  readonly bytes: Uint8Array;
  readonly root: XmlElement;
}

/**
 * Reads a manifest of a package.
 *
 * @throws PackError `input` when it cannot be read; for a folder or a media file, the
 * hint names the right file
 */
export async function readManifest(
  folder: string,
  file: string,
): Promise<ManifestFile> {
  const path = join(folder, file);
  await refuseFolder(path);
  if (/^\.(ism[av]|mp4|m4[av]|mov)$/i.test(extname(file))) {
    throw new PackError(
      "input",
      `${file}: is not a server manifest but a media file.`,
      {
        hint: await whatToGive(folder),
      },
    );
  }
  const bytes = await readBytes(path).catch((cause: unknown) => {
    const message = `${file}: cannot be read (${messageOf(cause)}).`;
    throw new PackError("input", message, { cause, facts: { file: path } });
  });
  try {
    return { bytes, root: parseXml(bytes) };
  } catch (cause) {
    const message = `${file}: is not a manifest (${messageOf(cause)}).`;
    throw new PackError("input", message, { cause, hint: HINT });
  }
}

const HINT = "Give the .ism file of a package.";

async function refuseFolder(path: string): Promise<void> {
  if (!(await isFolder(path))) return;
  const message = `${path}: is a folder. Expected the .ism file of a package.`;
  throw new PackError("input", message, { hint: await whatToGive(path) });
}

/** Names the manifests that lie in a folder. */
export async function whatToGive(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const serverManifests = names.filter(
    (name) => extname(name).toLowerCase() === ".ism",
  );
  if (serverManifests.length === 0) return HINT;
  const paths = serverManifests.slice(0, 3).map((name) => join(folder, name));
  return `Give ${paths.join(" or ")}.`;
}
