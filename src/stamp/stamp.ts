import { readFile } from "node:fs/promises";

/** What a package was made of, and by whom. */
export interface Stamp {
  /** Of mss-pack. For people: a package is no other one for it. */
  readonly version: string;
  /** SHA-256 of all bytes of the source, in hex. */
  readonly source: string;
  /** SHA-256 of all settings that have a part in the package, in hex. */
  readonly settings: string;
}

/**
 * The stamp as the text of an XML comment in the .ism. A comment, because every
 * reader passes over it; in the .ism, because that is the file that comes last.
 */
export function stampText({ version, source, settings }: Stamp): string {
  return `mss-pack ${version} source=sha256:${source} settings=sha256:${settings}`;
}

/** The stamp of a package; undefined when there is none, or no package. */
export async function readStamp(manifest: string): Promise<Stamp | undefined> {
  const text = await readFile(manifest, "utf8").catch(() => "");
  const [, version, source, settings] = STAMP.exec(text) ?? [];
  if (!version || !source || !settings) return undefined;
  return { version, source, settings };
}

const STAMP =
  /<!-- mss-pack (\S+) source=sha256:([0-9a-f]{64}) settings=sha256:([0-9a-f]{64}) -->/;
