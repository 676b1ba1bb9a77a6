import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { messageOf, PackError } from "../errors.js";
import { readBytes } from "../smooth/manifest-text.js";
import { parseXml, type XmlElement } from "../util/xml-reader.js";
import type { Findings } from "./finding.js";

/**
 * Reads a manifest of a package.
 *
 * @throws PackError `input` when it cannot be read; the hint says what to give
 * instead of a folder or a media file
 */
export async function readManifest(
  folder: string,
  file: string,
): Promise<XmlElement> {
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
    return parseXml(bytes);
  } catch (cause) {
    const message = `${file}: is not a manifest (${messageOf(cause)}).`;
    throw new PackError("input", message, { cause, hint: HINT });
  }
}

/** The same for a manifest that another one names: what is wrong with it is a finding. */
export async function tryManifest(
  folder: string,
  file: string,
  findings: Findings,
): Promise<XmlElement | undefined> {
  try {
    return await readManifest(folder, file);
  } catch (error) {
    findings.in(file).fault("file", messageOf(error));
    return undefined;
  }
}

const HINT = "Give the .ism file of a package.";

async function refuseFolder(path: string): Promise<void> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return;
  const message = `${path}: is a folder. Expected the .ism file of a package.`;
  throw new PackError("input", message, { hint: await whatToGive(path) });
}

/** Names the manifests that lie in a folder. */
async function whatToGive(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const found = names.filter((name) => extname(name).toLowerCase() === ".ism");
  if (found.length === 0) return HINT;
  const paths = found.slice(0, 3).map((name) => join(folder, name));
  return `Give ${paths.join(" or ")}.`;
}
