import { PackError } from "../errors.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import type { TrackKind } from "../media/track.js";
import type { SourceInfo } from "./source-info.js";

/**
 * The track that ffprobe's chosen stream is: both go through the file in the
 * same order, but ffprobe counts what is no track too, and old ones tell no IDs.
 *
 * @throws PackError `mux` when they do not agree on how many there are
 */
export function trackOfStream(
  movie: readonly MovieTrack[],
  source: SourceInfo,
  kind: TrackKind,
): MovieTrack {
  const tracks = movie.filter((track) => track.kind === kind);
  const chosen = source[kind]?.index ?? -1;
  const joined = kind === "audio" ? (source.audio?.joined ?? []) : [];
  const others = source.ignored.filter(
    ({ type, reason }) => type === kind && reason !== COVER_ART,
  );
  const all = [chosen, ...joined, ...others.map(({ index }) => index)];
  const streams = [...new Set(all)];
  const position = streams.sort((a, b) => a - b).indexOf(chosen);
  const track = tracks[position];
  if (track !== undefined && tracks.length === streams.length) return track;
  throw new PackError(
    "mux",
    `the file has ${tracks.length} ${kind} tracks, ffprobe sees ${streams.length}. Expected the same number.`,
  );
}

/** As probe says it. */
const COVER_ART = "cover art";
