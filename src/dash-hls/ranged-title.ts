import type {
  AdaptiveStream,
  AdaptiveTitle,
  CommonEncryption,
} from "../media/adaptive-title.js";
import {
  adaptiveStream,
  type PlacedStream,
} from "../smooth/adaptive-stream.js";
import { captionsFile, playlistFile } from "../smooth/sidecars.js";
import type { FiledTrack } from "./placed-streams.js";

/** What DASH and HLS are told. */
export interface FiledTitle {
  readonly streams: readonly PlacedStream<FiledTrack>[];
  /** In 10 MHz ticks. */
  readonly duration: number;
  readonly encryption?: CommonEncryption | undefined;
}

/**
 * A title whose segments are parts of its files. Captions are WebVTT files, named like their tracks. A
 * stream of a codec that neither DASH nor HLS knows is left out.
 */
export function rangedTitle({
  streams,
  duration,
  encryption,
}: FiledTitle): AdaptiveTitle {
  const all = streams.flatMap((stream) =>
    stream.kind === "text"
      ? captionsOf(stream)
      : (rangedStream(stream, duration) ?? []),
  );
  return { streams: all, encryption };
}

/** One of its streams; captions as segments too. @param duration of the film */
export function rangedStream(
  stream: PlacedStream<FiledTrack>,
  duration: number,
): AdaptiveStream | undefined {
  return adaptiveStream(stream, duration, rangesOf);
}

function rangesOf(
  { file, fragments }: FiledTrack,
  { offsets, sizes }: { offsets: Float64Array; sizes: Float64Array },
) {
  return {
    ...{ file: encodeURIComponent(file), offsets, sizes },
    // All before the first fragment is the ftyp and the moov.
    initSize: fragments.offset.reduce((least, at) => Math.min(least, at)),
    playlist: encodeURIComponent(playlistFile(file)),
  };
}

function captionsOf(stream: PlacedStream<FiledTrack>): AdaptiveStream[] {
  const [track] = stream.tracks;
  if (track === undefined) return [];
  const { kind, name, language, timescale, times, durations } = stream;
  return [
    {
      ...{ kind, name, language, timescale, times },
      durations: BigInt64Array.from(durations, (one) =>
        BigInt(Math.round(one)),
      ),
      representations: [],
      webVtt: encodeURIComponent(captionsFile(track.file)),
    },
  ];
}
