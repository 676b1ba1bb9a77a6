import { join } from "node:path";
import type { EncodedRung } from "../encode/index.js";
import { PackError } from "../errors.js";
import { cutTimes, cutTimesOfSound } from "../media/cut-times.js";
import type { TrackFile } from "../media/presentation.js";
import type { Ticks } from "../media/time.js";
import { trackEnd, type Track } from "../media/track.js";
import type { EncodePlan, Rung } from "../plan/encode-plan.js";
import { endTogether } from "../tracks/common-end.js";
import { cutFragments } from "../tracks/cut-fragments.js";
import { readCopied } from "../tracks/read-copied.js";
import { readEncoded } from "../tracks/read-encoded.js";
import { silenceBehind } from "../tracks/silence.js";
import { writeTrackFiles, type TrackFileOptions } from "./track-file.js";

/**
 * Makes the .ismv and .isma files of a plan from its encoded rungs.
 *
 * @param folder where to write them
 * @throws PackError `mux` when the rungs do not share frames and cut times
 */
export async function mux(
  plan: EncodePlan,
  encoded: readonly EncodedRung[],
  folder: string,
  options: TrackFileOptions = {},
): Promise<TrackFile[]> {
  const rungs = await readTogether(plan, encoded);
  const cuts = commonCuts(plan, rungs);
  const files = rungs.map(({ rung, track }) => ({
    track,
    fragments: cutFragments(track, cuts, rung.name),
    path: join(folder, rung.file),
    file: rung.file,
  }));
  return writeTrackFiles(files, options);
}

interface ReadRung {
  readonly rung: Rung;
  readonly track: Track;
}

/** All tracks, pictures of one length, sound ending with them. */
async function readTogether(
  plan: EncodePlan,
  encoded: readonly EncodedRung[],
): Promise<ReadRung[]> {
  const rungs: ReadRung[] = [];
  for (const item of encoded)
    rungs.push({ rung: item.rung, track: await readRung(plan, item) });
  const [first, ...rest] = rungs.filter(({ rung }) => rung.kind === "video");
  if (first === undefined) return rungs;
  rest.forEach((other) => requireSameFrames(first, other));
  const end = trackEnd(first.track.samples);
  return rungs.map(({ rung, track }) =>
    rung.kind === "video"
      ? { rung, track }
      : { rung, track: endingWith(end, rung, track) },
  );
}

function readRung(plan: EncodePlan, item: EncodedRung): Promise<Track> {
  const { rung, pieces } = item;
  return rung.copied === undefined
    ? readEncoded(item)
    : readCopied(
        pieces[0] ?? "",
        rung,
        rung.copied,
        plan.video?.grid.frameRate,
      );
}

/** The encoder was given silence enough; the source's own sound may end early. */
function endingWith(end: Ticks, { name, copied }: Rung, track: Track): Track {
  const filled = copied ? silenceBehind(track, end, name) : track;
  return endTogether(filled, end, name);
}

function requireSameFrames(first: ReadRung, other: ReadRung): void {
  const [a, b] = [first.track.samples, other.track.samples];
  if (a.count === b.count && trackEnd(a) === trackEnd(b)) return;
  throw new PackError(
    "mux",
    `${other.rung.name}: ${b.count} frames to ${trackEnd(b)}, ${first.rung.name}: ${a.count} frames to ${trackEnd(a)}. Rungs must have the same frames.`,
  );
}

/** One list of cut times for every track of the package. */
function commonCuts(plan: EncodePlan, rungs: readonly ReadRung[]): Ticks[] {
  const [first] = rungs;
  if (first === undefined) throw new PackError("mux", "Nothing was encoded.");
  const { samples } = first.track;
  return plan.video === undefined
    ? cutTimesOfSound(plan.gopSeconds, trackEnd(samples))
    : cutTimes(plan.video.grid, samples.count);
}
