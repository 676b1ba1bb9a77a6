import { PackError } from "../errors.js";
import type { MovieTrack } from "../isobmff/tracks.js";
import { averageBitrate } from "../mux/track-boxes.js";
import { readAsIs } from "../mux/read-copied.js";
import type { CopySound } from "../plan/copyable.js";
import type { SourceAudio } from "../probe/source-info.js";

/**
 * What is known of a sound that can be packaged as it is.
 *
 * @throws PackError `input` or `mux` when it cannot
 */
export async function copyableSound(
  movieTrack: MovieTrack,
  path: string,
  { codec, channels, sampleRate }: SourceAudio,
): Promise<CopySound> {
  const track = await readAsIs(movieTrack, codec, path);
  const { format } = track;
  if (format.kind !== "audio")
    throw new PackError("mux", `${codec} is no sound.`);
  // HE-AAC that its configuration does not tell of is decoded to twice the rate.
  if (format.channels !== channels || format.sampleRate !== sampleRate) {
    throw new PackError(
      "mux",
      `its configuration says ${format.channels} channels at ${format.sampleRate} Hz, its frames ${channels} at ${sampleRate} Hz. Expected the same.`,
    );
  }
  return {
    trackId: movieTrack.trackId,
    ...{ channels, sampleRate, bitrate: averageBitrate(track) },
  };
}
