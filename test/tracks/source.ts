import type { Track } from "../../src/media/track.js";
import type { SourceTrack } from "../../src/tracks/read-track.js";

/** A track as if it had been read from a file of its own. */
export function sourceOf(
  track: Track,
  label: string,
  more: Partial<SourceTrack> = {},
): SourceTrack {
  return {
    path: `/films/${label}`,
    trackId: 1,
    label,
    kind: track.format.kind === "video" ? "video" : "audio",
    track,
    bitrate: undefined,
    ...more,
  };
}

/** Moves a track to begin at a tick. */
export function beginning(track: Track, begin: number): Track {
  track.samples.decodeTime.forEach((time, i, all) => {
    all[i] = time + begin;
  });
  return track;
}
