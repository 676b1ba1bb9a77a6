import { join } from "node:path";
import type { EncodedRung } from "../encode/index.js";
import { PackError } from "../errors.js";
import { declaredBitrates } from "../media/declared-bitrate.js";
import { cutTimes, audioCutTimes } from "../media/fragment-length.js";
import type { Ticks } from "../media/time.js";
import { trackEnd, type Track } from "../media/track.js";
import {
  type EncodePlan,
  type Rung,
  videoStream,
} from "../plan/encode-plan.js";
import { endTogether } from "../tracks/common-end.js";
import { cutFragments } from "../tracks/cut-fragments.js";
import { readCopied } from "../tracks/read-copied.js";
import { readEncoded } from "../tracks/read-encoded.js";
import { silenceBehind } from "../tracks/silence.js";
import type { PlannedFile } from "./track-file.js";

/**
 * The files that a plan makes of its encoded rungs, cut into fragments at common times.
 *
 * @param folder where they will be written
 * @throws PackError `mux` when the rungs do not share frames and cut times
 */
export async function cutRungs(
  plan: EncodePlan,
  encoded: readonly EncodedRung[],
  folder: string,
): Promise<PlannedFile[]> {
  const rungs = await readTogether(plan, encoded);
  const cuts = commonCuts(plan, rungs);
  return withBitrates(
    rungs.map(({ stream, rung, track }) => ({
      track,
      stream: stream.name,
      fragments: cutFragments(track, cuts, rung.name),
      path: join(folder, rung.file),
      file: rung.file,
    })),
  );
}

/** Of pictures; sound has the measured average. */
function withBitrates(files: readonly PlannedFile[]): PlannedFile[] {
  const videos = files.filter(({ track }) => track.format.kind === "video");
  const bitrates = declaredBitrates(videos);
  return files.map((file) => {
    const bitrate = bitrates[videos.indexOf(file)];
    return bitrate === undefined ? file : { ...file, bitrate };
  });
}

interface ReadRung extends Omit<EncodedRung, "pieces"> {
  readonly track: Track;
}

/** Reads all tracks: pictures of one length, and sound that ends with them. */
async function readTogether(
  plan: EncodePlan,
  encoded: readonly EncodedRung[],
): Promise<ReadRung[]> {
  const rungs: ReadRung[] = [];
  for (const { pieces, ...of } of encoded)
    rungs.push({ ...of, track: await readRung(plan, { ...of, pieces }) });
  const [first, ...rest] = rungs.filter(({ rung }) => rung.kind === "video");
  if (first === undefined) return endedWithLongest(rungs);
  rest.forEach((other) => requireSameFrames(first, other));
  const end = trackEnd(first.track.samples);
  return rungs.map((read) =>
    read.rung.kind === "audio"
      ? { ...read, track: endingWith(end, read.rung, read.track) }
      : read,
  );
}

/** Sounds without a picture end with the longest of them, which does not change. */
function endedWithLongest(rungs: readonly ReadRung[]): ReadRung[] {
  const ends = rungs.map(({ track }) => trackEnd(track.samples));
  const end = Math.max(...ends);
  return rungs.map((read, i) => {
    if (ends[i] === end) return read;
    const filled = silenceBehind(read.track, end, read.rung.name);
    return { ...read, track: endTogether(filled, end, read.rung.name) };
  });
}

async function readRung(plan: EncodePlan, item: EncodedRung): Promise<Track> {
  const { stream, rung, pieces } = item;
  const { grid, frames } = videoStream(plan) ?? {};
  const rate = grid?.frameRate;
  const track =
    rung.copied === undefined
      ? await readEncoded(item)
      : await readCopied(pieces[0] ?? "", rung, rung.copied, rate, frames);
  return stream.kind === "video"
    ? track
    : { ...track, language: stream.language };
}

/** The encoder got enough silence; the source's own sound may end early. */
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
  const video = videoStream(plan);
  return video === undefined
    ? audioCutTimes(plan.gopSeconds, trackEnd(samples))
    : cutTimes(video.grid, samples.count);
}
