import { codecNamed } from "../codecs/index.js";
import { PackError } from "../errors.js";
import type { SourceTrack } from "../tracks/source-track.js";

/**
 * The tracks, with sound behind that few clients play: every client begins with the
 * sound that stands first.
 *
 * @throws PackError `unsupported` when there is no other sound
 */
export function forAllFirst(tracks: readonly SourceTrack[]): SourceTrack[] {
  const sounds = tracks.filter(({ kind }) => kind === "audio");
  const [first] = sounds;
  if (first !== undefined && !sounds.some(isForAll)) throw alone(first);
  return [...tracks].sort((a, b) => Number(isForAll(b)) - Number(isForAll(a)));
}

/** Notes on languages that few clients offer. */
export function forSomeNotes(tracks: readonly SourceTrack[]): string[] {
  const common = tracks.filter(isForAll).map(({ track }) => track.language);
  return tracks
    .filter(({ track }) => !common.includes(track.language))
    .map(
      (source) =>
        `${source.label}: no AAC-LC of its language (${source.track.language}) is beside it; players in browsers do not offer it`,
    );
}

function isForAll({ track }: SourceTrack): boolean {
  return codecNamed(track.codec).isForAll !== false;
}

function alone({ label, track }: SourceTrack): PackError {
  return new PackError(
    "unsupported",
    `${label}: is ${codecNamed(track.codec).label}, which players in browsers do not play. Expected AAC-LC sound beside it.`,
    {
      hint: "Give one more file: ffmpeg -i FILE -map 0:a:0 -c:a aac -ac 2 STEREO.m4a",
    },
  );
}
