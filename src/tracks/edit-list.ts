import { PackError } from "../errors.js";
import type { Edit, MovieTrack } from "../isobmff/tracks.js";
import { at, sampleDuration, type SampleTable } from "../media/track.js";

/** The one part of a track's media that is presented. */
export interface EditedPart {
  /** Time from the start of the movie until it is shown, in ticks of the movie. */
  readonly delay: number;
  /** Where it begins and ends, in ticks of the track; Infinity is the end of the media. */
  readonly begin: number;
  readonly end: number;
  /** How inexact `end` is, in ticks of the track: the file gives it in ticks of the movie. */
  readonly tolerance: number;
}

/** A track as far as its edit list tells about it. */
type EditedTrack = Pick<MovieTrack, "edits" | "timescale" | "movieTimescale">;

/** A run of samples: the first, and one past the last. */
export interface KeptSamples {
  readonly first: number;
  readonly end: number;
}

/**
 * The part of a track that its edit list shows. A Smooth client never sees an edit
 * list, so only a delay and a cut at both ends can be kept. Without a list the whole
 * track is shown, at its own times. ISO/IEC 14496-12 8.6.6
 *
 * @throws PackError `unsupported` for edits that cannot be kept: several parts, a gap
 * between them, another speed
 */
export function editedPart(track: EditedTrack, where: string): EditedPart {
  const { timescale, movieTimescale } = track;
  const perMovieTick = timescale / movieTimescale;
  if (track.edits.length === 0)
    return { delay: 0, begin: 0, end: Infinity, tolerance: 0 };
  const { empty, parts } = splitEdits(track.edits);
  requireSpeed(parts, where);
  const [part, ...more] = joinNeighbours(parts, perMovieTick);
  if (part === undefined || more.length > 0) throw severalParts(track, where);
  const { mediaTime: begin, segmentDuration } = part;
  return {
    delay: empty.reduce((sum, edit) => sum + edit.segmentDuration, 0),
    begin,
    end:
      segmentDuration === 0 ? Infinity : begin + segmentDuration * perMovieTick,
    tolerance: Math.max(1, perMovieTick),
  };
}

/** Empty edits before the first part are a delay; those behind the last part mean nothing. */
function splitEdits(edits: readonly Edit[]): {
  empty: readonly Edit[];
  parts: readonly Edit[];
} {
  const isPart = ({ mediaTime }: Edit) => mediaTime >= 0;
  const first = edits.findIndex(isPart);
  if (first < 0) return { empty: edits, parts: [] };
  const last = edits.findLastIndex(isPart);
  return { empty: edits.slice(0, first), parts: edits.slice(first, last + 1) };
}

/** Editors leave cuts behind where they removed nothing. */
function joinNeighbours(parts: readonly Edit[], perMovieTick: number): Edit[] {
  const joined: Edit[] = [];
  for (const part of parts) {
    const before = joined.at(-1);
    const end =
      before && before.mediaTime + before.segmentDuration * perMovieTick;
    const isNeighbour =
      end !== undefined &&
      part.mediaTime >= 0 &&
      Math.abs(part.mediaTime - end) <= Math.max(1, perMovieTick);
    if (before === undefined || !isNeighbour) joined.push(part);
    else {
      const segmentDuration = before.segmentDuration + part.segmentDuration;
      joined.splice(-1, 1, { ...before, segmentDuration });
    }
  }
  return joined;
}

function requireSpeed(parts: readonly Edit[], where: string): void {
  const other = parts.find(({ rate }) => rate !== 1);
  if (other === undefined) return;
  throw new PackError(
    "unsupported",
    `${where}: its edit list plays a part at ${other.rate} times its speed. Expected 1.`,
    { hint: HINT },
  );
}

function severalParts({ edits }: EditedTrack, where: string): PackError {
  const list = edits
    .slice(0, 8)
    .map(({ mediaTime, segmentDuration }) => `${mediaTime}+${segmentDuration}`);
  return new PackError(
    "unsupported",
    `${where}: an edit list of ${edits.length} entries (${list.join(", ")}). Expected one part of the media, whole, perhaps after a delay.`,
    { hint: HINT, facts: { edits } },
  );
}

const HINT =
  "Without encoding anew this cannot be packaged. mss-pack FILE -o FOLDER encodes it.";

/**
 * The pictures that an edit list shows. Pictures depend on one another. Those before
 * the start of the edit can be dropped only when the edit begins with a sync sample
 * that is decoded after all of them. Those behind its end can be dropped only when no
 * picture decoded later is shown.
 *
 * @throws PackError `unsupported` when a hidden picture is needed
 */
export function keptSamples(
  samples: SampleTable,
  { begin, end, tolerance }: EditedPart,
  where: string,
): KeptSamples {
  const first = firstShown(samples, begin);
  if (first > 0 && !isFreshStart(samples, first)) {
    throw cannot(
      `${where}: the edit list begins at ${begin}, inside a group of pictures (frame ${first + 1} is not a key frame).`,
    );
  }
  const isWhole = end >= lastEnd(samples) - tolerance;
  const kept = isWhole ? samples.count : endOfShown(samples, end - tolerance);
  const needed = isWhole ? -1 : firstAfter(samples, first, kept, end);
  if (needed >= 0 || kept <= first) {
    throw cannot(
      `${where}: the edit list ends at ${end}, among frames that depend on one another (frame ${needed + 1} is shown later).`,
    );
  }
  return { first, end: kept };
}

/** The sample on the screen at a time; the first sample when there is none yet. */
function firstShown(samples: SampleTable, time: number): number {
  let shown = 0;
  let latest = -Infinity;
  for (let i = 0; i < samples.count; i++) {
    const presented = presentedAt(samples, i);
    if (presented > time || presented < latest) continue;
    shown = i;
    latest = presented;
  }
  return shown;
}

/** True when all samples decoded before are shown before, and the rest after. */
function isFreshStart(samples: SampleTable, sample: number): boolean {
  const time = presentedAt(samples, sample);
  if (samples.sync[sample] !== 1) return false;
  for (let i = 0; i < samples.count; i++) {
    const isBefore = presentedAt(samples, i) < time;
    if (i !== sample && isBefore !== i < sample) return false;
  }
  return true;
}

/** The end of the last shown picture. */
function lastEnd(samples: SampleTable): number {
  let latest = -Infinity;
  for (let i = 0; i < samples.count; i++)
    latest = Math.max(
      latest,
      presentedAt(samples, i) + sampleDuration(samples, i),
    );
  return latest;
}

/** One past the last sample, in decoding order, that is shown before a time. */
function endOfShown(samples: SampleTable, time: number): number {
  let end = samples.count;
  while (end > 0 && presentedAt(samples, end - 1) >= time) end--;
  return end;
}

/** The first kept sample that is shown only after the end; -1 when there is none. */
function firstAfter(
  samples: SampleTable,
  first: number,
  end: number,
  time: number,
): number {
  for (let i = first; i < end; i++)
    if (presentedAt(samples, i) >= time) return i;
  return -1;
}

function presentedAt(samples: SampleTable, i: number): number {
  return at(samples.decodeTime, i) + at(samples.compositionOffset, i);
}

function cannot(message: string): PackError {
  return new PackError(
    "unsupported",
    `${message} Expected a cut that needs no encoding.`,
    {
      hint: "Without encoding anew this cannot be packaged. mss-pack FILE -o FOLDER encodes it.",
    },
  );
}
