import { AUTO } from "../captions/embedded.js";
import { fragmentBegins } from "../media/fragments.js";
import { trackEnd } from "../media/track.js";
import type { PlannedFile } from "../mux/track-file.js";
import type { TextPlan } from "../plan/encode-plan.js";
import type { TextCuts } from "./text-files.js";
import type { CaptionedFilm, PlannedCaptions } from "./text-streams.js";

export interface CaptionSettings {
  /**
   * Caption files, each a text stream of the package, in this order: `film.srt`,
   * `film.vtt=deu`, `film.vtt=deu,caption`; `auto` stands for those beside the film, `embedded`
   * for the text inside it, `cc1` to `cc4` (`cc3=spa`) for CEA-608 in its picture.
   */
  readonly captions?: readonly string[] | undefined;
  /** Encoding of caption files that are not UTF-8; default `windows-1252`. */
  readonly captionsEncoding?: string | undefined;
}

/**
 * Plans the captions of a film as streams. The code that reads captions is loaded only
 * when there are some.
 *
 * @throws PackError `usage` for a value that names no file, `input` with the line for a file that cannot be read
 */
export async function plannedCaptions(
  settings: CaptionSettings,
  film: CaptionedFilm,
  signal: AbortSignal | undefined,
): Promise<PlannedCaptions> {
  const { captions = [] } = settings;
  if (captions.length === 0 && film.packaged === undefined)
    return { streams: [], notes: [], taken: [] };
  const { planCaptions } = await import("./text-streams.js");
  return planCaptions(captions, settings.captionsEncoding, film, signal);
}

/** Paths of the caption files that `auto` takes for a film. */
export async function captionsTakenFor(
  film: string,
  { captions = [] }: CaptionSettings,
): Promise<string[]> {
  if (!captions.includes(AUTO)) return [];
  const { filesBeside } = await import("./text-streams.js");
  return (await filesBeside(film)).map(({ file }) => file);
}

/** The cuts of the first track of a package. */
export function cutsOf(
  first: Pick<PlannedFile, "track" | "fragments"> | undefined,
): TextCuts | undefined {
  return (
    first && {
      times: fragmentBegins(first.fragments),
      end: trackEnd(first.track.samples),
    }
  );
}

/**
 * Planned captions as files to write.
 *
 * @param folder where documents lie until they are muxed
 * @param target where the files will be written
 * @throws PackError `input` when a caption file has changed since it was planned
 */
export async function plannedText(
  streams: readonly TextPlan[],
  cuts: TextCuts | undefined,
  folder: string,
  target: string,
): Promise<PlannedFile[]> {
  if (streams.length === 0 || cuts === undefined) return [];
  const { textFiles } = await import("./text-files.js");
  return textFiles(streams, cuts, folder, target);
}
