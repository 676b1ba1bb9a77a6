import type { AdaptiveStream } from "../media/adaptive-title.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";

/** Captions that are a file of their own. */
export interface TitleCaptions {
  /** A WebVTT file. */
  readonly file: string;
  readonly name: string;
  readonly language: string;
}

/** Captions as a stream of a title that ends at `end`: one file with all of them. */
export function captionStream(
  { file, name, language }: TitleCaptions,
  end: Ticks,
): AdaptiveStream {
  return {
    ...{ kind: "text", name, language, timescale: SMOOTH_TIMESCALE },
    times: BigInt64Array.of(0n),
    durations: BigInt64Array.of(BigInt(end)),
    representations: [],
    webVtt: encodeURIComponent(file),
  };
}
