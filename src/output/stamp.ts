import { readFile } from "node:fs/promises";
import type { LostTime } from "../probe/source-info.js";

/** What a package was made of, and with which version. */
export interface Stamp {
  /** See {@link STAMP_FORM}. */
  readonly form: number;
  /** Of mss-pack. For people: another version does not make another package. */
  readonly version: string;
  /** SHA-256 of all bytes of the source, in hex. */
  readonly source: string;
  /** SHA-256, in hex, of all settings that affect the package. */
  readonly settings: string;
  /** Times of the source that could not be decoded. */
  readonly lost: readonly LostTime[];
}

/**
 * The version of the plan's shape that `settings` hashes: another shape gives other
 * hashes of the same settings. Form 1, which stamps leave out, had one picture and one
 * sound; form 2 has streams.
 */
export const STAMP_FORM = 2;

/**
 * The stamp as the text of an XML comment in the .ism. Every reader skips a comment, and
 * the .ism is the last file of a package.
 */
export function stampText(stamp: Stamp): string {
  const { version, form, source, settings, lost } = stamp;
  const hashes = `source=sha256:${source} settings=sha256:${settings}`;
  const words = `mss-pack ${version} form=${form} ${hashes}`;
  return [words, ...lostWords(lost)].join(" ");
}

/** The stamp of a package; undefined when there is no stamp or no package. */
export async function readStamp(manifest: string): Promise<Stamp | undefined> {
  const text = await readFile(manifest, "utf8").catch(() => "");
  const [, version, form = "1", source, settings, lost] =
    STAMP.exec(text) ?? [];
  if (!version || !source || !settings) return undefined;
  const hashes = { form: Number(form), source, settings };
  return { version, ...hashes, lost: readLost(lost ?? "") };
}

const STAMP =
  /<!-- mss-pack (\S+)(?: form=(\d+))? source=sha256:([0-9a-f]{64}) settings=sha256:([0-9a-f]{64})(?: lost=(\S+))? -->/;

/**
 * Such as `lost=video:6..8,audio:6..8.02`, or `audio2` of several sounds, to the last
 * digit; empty for a whole package.
 */
function lostWords(lost: readonly LostTime[]): string[] {
  const times = lost.map(
    ({ stream, index, fromSeconds, toSeconds }) =>
      `${stream}${index ?? ""}:${fromSeconds}..${toSeconds}`,
  );
  return times.length === 0 ? [] : [`lost=${times.join(",")}`];
}

function readLost(text: string): LostTime[] {
  return [...text.matchAll(LOST)].map(([, stream, index, from, to]) => ({
    stream: stream === "audio" ? "audio" : "video",
    ...(index && { index: Number(index) }),
    fromSeconds: Number(from),
    toSeconds: Number(to),
  }));
}

const LOST = /(video|audio)(\d*):([^,]+?)\.\.([^,]+)/g;
