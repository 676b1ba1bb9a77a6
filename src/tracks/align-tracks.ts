import { PackError } from "../errors.js";
import { SMOOTH_TIMESCALE, type Ticks, secondsText } from "../media/time.js";
import { at, trackEnd, type Track } from "../media/track.js";
import { endingAt } from "./common-end.js";
import { holesInVideo, holesInAudio, withSilence, type Hole } from "./holes.js";
import type { SourceTrack } from "./read-track.js";
import { silenceBefore, silenceBehind } from "./silence.js";

export interface CommonClock {
  readonly tracks: readonly SourceTrack[];
  /** The time that became 0. */
  readonly zero: Ticks;
  /** The common end of all tracks. */
  readonly end: Ticks;
  /** Notes on the filled and cut parts. */
  readonly notes: readonly string[];
}

/** Sound that goes on for less than this is cut: encoders add that much. */
const AUDIO_SURPLUS: Ticks = SMOOTH_TIMESCALE / 10;

/** Rungs whose ends lie this close together get one end. */
const SAME_END: Ticks = SMOOTH_TIMESCALE / 10;

/** A composition offset has 31 bits, which are full after 214 s. ISO/IEC 14496-12 8.8.8 */
const LONGEST_HOLD: Ticks = 200 * SMOOTH_TIMESCALE;

/** No viewer sees or hears a smaller difference, so it gets no note. */
const WORTH_A_NOTE: Ticks = SMOOTH_TIMESCALE / 100;

/**
 * Makes all tracks begin at 0 and end together, as Smooth clients need it. Every sample
 * but the first and the last keeps its time. A picture that begins late, ends early or
 * has a hole is held; missing sound becomes silence. The columns are changed in place.
 *
 * @param filmEnd of the finished package that the tracks join: they end with it, and their
 * own zero is its begin
 * @throws PackError `input` when the rungs differ in length
 */
export function alignTracks(
  tracks: readonly SourceTrack[],
  filmEnd?: Ticks,
): CommonClock {
  const first = Math.min(...tracks.map(({ track }) => beginOf(track)));
  const zero = filmEnd === undefined ? first : 0;
  const notes: string[] = [];
  const begun = tracks.map((source) => {
    moveBack(source.track, zero);
    const late = beginOf(source.track);
    if (late > WORTH_A_NOTE) notes.push(lateNote(source, late));
    const filled = fillHoles(source);
    notes.push(...filled.notes);
    return fromZero(filled.source, late);
  });
  const end = filmEnd ?? commonEnd(begun);
  requireEnd(end);
  const ended = begun.map((source) => {
    const missing = end - trackEnd(source.track.samples);
    if (Math.abs(missing) > WORTH_A_NOTE) notes.push(endNote(source, missing));
    return endedAt(source, end);
  });
  return { tracks: ended, zero, end, notes };
}

/** A month: manifests list each fragment. */
const LONGEST_FILM: Ticks = 30 * 24 * 3600 * SMOOTH_TIMESCALE;

function requireEnd(end: Ticks): void {
  if (end <= LONGEST_FILM) return;
  throw new PackError(
    "input",
    `The film lasts ${secondsText(end)}. Expected at most ${secondsText(LONGEST_FILM)}.`,
    { hint: "A file's index is damaged." },
  );
}

function beginOf({ samples }: Track): Ticks {
  return at(samples.decodeTime, 0);
}

function moveBack({ samples }: Track, ticks: Ticks): void {
  if (ticks === 0) return;
  for (let i = 0; i <= samples.count; i++)
    samples.decodeTime[i] = at(samples.decodeTime, i) - ticks;
}

function fromZero(source: SourceTrack, late: Ticks): SourceTrack {
  const { kind, track, label } = source;
  if (late === 0) return source;
  if (kind === "audio")
    return { ...source, track: silenceBefore(track, label) };
  requireHold(label, "begins", late);
  track.samples.decodeTime[0] = 0;
  return { ...source, late };
}

/** The end of the picture, or of sound that goes on for longer. */
function commonEnd(tracks: readonly SourceTrack[]): Ticks {
  const ends = (kind: SourceTrack["kind"]) =>
    tracks
      .filter((source) => source.kind === kind)
      .map(({ track }) => trackEnd(track.samples));
  const videoEnds = ends("video");
  const audio = Math.max(0, ...ends("audio"));
  if (videoEnds.length === 0) return audio;
  requireSameEnd(tracks);
  const video = Math.max(...videoEnds);
  return audio - video > AUDIO_SURPLUS ? audio : video;
}

function requireSameEnd(tracks: readonly SourceTrack[]): void {
  const [first, ...rest] = tracks.filter(({ kind }) => kind === "video");
  if (first === undefined) return;
  const end = trackEnd(first.track.samples);
  for (const { label, track } of rest) {
    const other = trackEnd(track.samples);
    if (Math.abs(end - other) <= SAME_END) continue;
    throw new PackError(
      "input",
      `${label}: lasts ${secondsText(other)}, ${first.label} ${secondsText(end)}. Rungs must be the same film.`,
    );
  }
}

function endedAt(source: SourceTrack, end: Ticks): SourceTrack {
  const { kind, track, label } = source;
  if (kind === "video") {
    requireHold(label, "ends", end - trackEnd(track.samples));
    track.samples.decodeTime[track.samples.count] = end;
    return source;
  }
  const filled = silenceBehind(track, end, label);
  const samples = endingAt(filled.samples, end);
  return { ...source, track: { ...filled, samples } };
}

function requireHold(label: string, what: string, ticks: Ticks): void {
  if (ticks <= LONGEST_HOLD) return;
  throw new PackError(
    "input",
    `${label}: ${what} ${secondsText(ticks)} apart from the sound. Expected at most ${secondsText(LONGEST_HOLD)}.`,
    { hint: "Do these files belong together?" },
  );
}

function lateNote({ label, kind }: SourceTrack, late: Ticks): string {
  return kind === "video"
    ? `${label}: begins ${secondsText(late)} late, its first picture is held from the begin`
    : `${label}: begins ${secondsText(late)} late, silence before it`;
}

function endNote({ label, kind }: SourceTrack, missing: Ticks): string {
  if (missing < 0)
    return `${label}: ${secondsText(-missing)} at its end are cut`;
  return kind === "video"
    ? `${label}: its last picture is held for ${secondsText(missing)}`
    : `${label}: ends ${secondsText(missing)} early, silence behind it`;
}

/**
 * The track with its holes filled: with silence, or with the picture before the hole.
 * Also returns the notes about that. Players stop or run ahead where a frame of sound
 * lasts for seconds.
 *
 * @throws PackError `unsupported` when there is no silence for its channels
 */
function fillHoles(source: SourceTrack): {
  source: SourceTrack;
  notes: string[];
} {
  const { kind, track, label } = source;
  const isAudio = kind === "audio";
  const holes = (isAudio ? holesInAudio : holesInVideo)(track.samples);
  if (holes.length === 0) return { source, notes: [] };
  const what = isAudio ? "silence is put in" : "the picture before is held";
  return {
    source: isAudio
      ? { ...source, track: withSilence(track, holes, label) }
      : source,
    notes: [`${label}: ${placesText(holes)}; ${what}`],
  };
}

/** This many holes get a note each. The first ones are enough for a recording with hundreds. */
const TOLD = 5;

function placesText(holes: readonly Hole[]): string {
  const places = holes
    .slice(0, TOLD)
    .map(
      ({ time, length }) => `${secondsText(length)} at ${secondsText(time)}`,
    );
  const more = holes.length - places.length;
  const all = holes.reduce((sum, { length }) => sum + length, 0);
  const rest = more > 0 ? ` and ${more} more, ${secondsText(all)} in all` : "";
  return `nothing for ${places.join(", ")}${rest}`;
}
