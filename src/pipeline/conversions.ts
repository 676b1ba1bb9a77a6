import { planCaptionFiles } from "./convert-captions.js";
import { planCmaf } from "./convert-cmaf.js";
import type { ConvertFilm } from "./convert-film.js";
import { planMovie } from "./convert-movie.js";
import type { Conversion } from "./conversion.js";
import type { ConvertTarget } from "./convert-targets.js";

/** A target of `convert`. */
interface ConversionRow {
  /** Only captions are read. */
  readonly isText?: true;
  plan(
    film: ConvertFilm,
    settings: { readonly rung?: string | undefined },
  ): Conversion;
}

/** Add a row here for a new target. */
export const CONVERSIONS: Readonly<Record<ConvertTarget, ConversionRow>> = {
  /** A file for each track, with manifests of DASH and HLS. */
  cmaf: { plan: (film, settings) => planCmaf(film, settings) },
  /** One file with one picture and all sounds; captions beside it. */
  mp4: { plan: (film, settings) => planMovie(film, settings) },
  srt: { isText: true, plan: (film) => planCaptionFiles(film, "srt") },
  vtt: { isText: true, plan: (film) => planCaptionFiles(film, "vtt") },
};
