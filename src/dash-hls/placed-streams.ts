import { codecNamed } from "../codecs/index.js";
import type { Presentation, Stream, TrackFile } from "../media/presentation.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import type { PlacedStream, PlacedTrack } from "../smooth/adaptive-stream.js";

/** A track whose file lies beside the manifests. */
export interface FiledTrack extends PlacedTrack {
  readonly file: string;
}

/**
 * The streams of files that were just written, as those of a package that is read.
 *
 * @param schemeOf how a file is encrypted, such as `cenc`
 */
export function placedStreams(
  { streams }: Presentation,
  schemeOf: (file: TrackFile) => string | undefined,
): PlacedStream<FiledTrack>[] {
  return streams.map((stream) => placedStream(stream, schemeOf));
}

function placedStream(
  { kind, name, language, tracks }: Stream,
  schemeOf: (file: TrackFile) => string | undefined,
): PlacedStream<FiledTrack> {
  const times = timesOf(tracks[0]);
  return {
    ...{ kind, name, language, timescale: SMOOTH_TIMESCALE },
    times: times.slice(0, -1),
    durations: Float64Array.from(times.subarray(1), (end, i) =>
      Number(end - (times[i] ?? 0n)),
    ),
    tracks: tracks.map((track) => ({
      ...{ ...track, ...sizeOf(track) },
      ...{ sampleEntry: entryOf(track), encryption: schemeOf(track) },
      ...{ attributes: new Map<string, string>(), isPlain: false },
      fragments: {
        ...{ ...track.places, isRescaled: false },
        time: timesOf(track).slice(0, -1),
      },
    })),
  };
}

/** When fragments begin, and the end of the last. */
function timesOf(track: TrackFile | undefined): BigInt64Array {
  const { count = 0, time = [] } = track?.fragments ?? {};
  return BigInt64Array.from(time.slice(0, count + 1), BigInt);
}

function entryOf({ codec }: TrackFile): string {
  return codecNamed(codec).sampleEntryTypes[0] ?? "";
}

function sizeOf({ format }: TrackFile) {
  const { width, height } =
    format.kind === "video" ? format : { width: undefined, height: undefined };
  return { width, height };
}
