import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CaptionError, textOf } from "../captions/cue.js";
import { errnoOf, messageOf } from "../errors.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import type { SourceChapter } from "../probe/source-info.js";
import { sidecarKind, sidecarsOf } from "../smooth/sidecars.js";
import type { XmlElement } from "../util/xml.js";

/** What a package has beside its media. */
export interface PackageSidecars {
  readonly chapters: readonly SourceChapter[];
  readonly notes: readonly string[];
}

/**
 * The chapters that an .ism names. Thumbnails are pictures of the old package: they are made anew,
 * where they are wanted.
 *
 * @param manifest absolute path of the .ism
 * @param root of its XML
 */
export async function packageSidecars(
  manifest: string,
  root: XmlElement,
): Promise<PackageSidecars> {
  const files = sidecarsOf(root);
  const file = files.find((name) => sidecarKind(name) === "chapters");
  const hasThumbnails = files.some(
    (name) => sidecarKind(name) === "thumbnails",
  );
  const thumbnails = hasThumbnails
    ? ["its thumbnails are not taken: --thumbnails SECONDS makes new ones"]
    : [];
  if (file === undefined) return { chapters: [], notes: thumbnails };
  try {
    const chapters = await readChapters(join(dirname(manifest), file));
    return { chapters, notes: thumbnails };
  } catch (error) {
    if (!(error instanceof CaptionError) && errnoOf(error) === undefined)
      throw error;
    const why = `${basename(file)}: ${messageOf(error).replace(/\.$/, "")}`;
    const notes = [`its chapters are left out: ${why}`, ...thumbnails];
    return { chapters: [], notes };
  }
}

async function readChapters(path: string): Promise<SourceChapter[]> {
  const text = await readFile(path, "utf8");
  const { readWebVtt } = await import("../captions/web-vtt.js");
  const { cues } = await readWebVtt(text);
  if (cues.length === 0) throw new CaptionError("no cue is found");
  return cues.map((cue) => ({
    startSeconds: cue.begin / SMOOTH_TIMESCALE,
    title: textOf(cue),
  }));
}
