import { join } from "node:path";
import type { Tools } from "../ffmpeg/find.js";
import { joinFolder } from "../isobmff/media-source.js";
import type { TrackFile } from "../media/presentation.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import { writing } from "../output/errors.js";
import type { OutputFolder } from "../output/output-folder.js";
import { isFolder } from "../util/files.js";
import type { PlannedSidecars } from "../plan/sidecars.js";
import type { InsideInputs } from "./inside-inputs.js";
import type { MuxPlan } from "./mux-plan.js";
import { clearPictureNotes } from "./protected-package.js";
import type { LowestPicture } from "./sidecars.js";

/** @throws PackError `usage` for a time between thumbnails that is too short or too long */
export async function areThumbnailsAsked({
  thumbnailSeconds,
}: {
  readonly thumbnailSeconds?: number | undefined;
}): Promise<boolean> {
  if (thumbnailSeconds === undefined) return false;
  const { thumbnailSettings } = await import("../plan/settings.js");
  thumbnailSettings(thumbnailSeconds);
  return true;
}

/** Plans chapters and thumbnails. Most packages have neither: the code is loaded for them only. */
export async function planMuxSidecars(
  plan: MuxPlan,
  { chapters }: Pick<InsideInputs, "chapters">,
  everySeconds: number | undefined,
): Promise<PlannedSidecars> {
  if (chapters.length === 0 && everySeconds === undefined)
    return { plan: {}, notes: [] };
  const { planSidecars } = await import("../plan/sidecars.js");
  const { name, durationSeconds, zero } = plan;
  const format = lowestTrack(plan)?.source.track.format;
  return planSidecars({
    ...{ chapters, name, everySeconds },
    timing: { durationSeconds, shiftSeconds: -zero / SMOOTH_TIMESCALE },
    picture: format?.kind === "video" ? format : undefined,
  });
}

/**
 * Writes them.
 *
 * @param tools are there when thumbnails are planned
 * @returns their names, and notes
 */
export async function writeMuxSidecars(
  plan: MuxPlan,
  tracks: readonly TrackFile[],
  out: OutputFolder,
  tools: Tools | undefined,
  isProtected: boolean,
): Promise<{ sidecars: readonly string[]; notes: readonly string[] }> {
  if (!plan.chapters && !plan.thumbnails) return { sidecars: [], notes: [] };
  const { writeSidecars } = await import("./sidecars.js");
  const picture = await lowestPicture(plan, out);
  const film = { plan, tracks, picture };
  const sidecars = await writeSidecars(film, out, tools);
  return { sidecars, notes: isProtected ? clearPictureNotes(sidecars) : [] };
}

function lowestTrack({ tracks }: MuxPlan) {
  return tracks.findLast(({ source }) => source.kind === "video");
}

/** As it lies in its input: the package may be encrypted. ffmpeg reads no folder of fragments. */
async function lowestPicture(
  plan: MuxPlan,
  { encoded }: OutputFolder,
): Promise<LowestPicture | undefined> {
  const lowest = lowestTrack(plan);
  if (lowest === undefined) return undefined;
  const { path: given, trackId, late = 0 } = lowest.source;
  const isJoined = plan.thumbnails !== undefined && (await isFolder(given));
  const path = isJoined ? join(encoded, "picture.ismv") : given;
  if (isJoined) await writing(path, () => joinFolder(given, path));
  return { file: lowest.file, source: { path, demuxer: "mov", trackId, late } };
}
