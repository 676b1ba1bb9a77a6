import { join } from "node:path";
import type { Cue } from "../captions/cue.js";
import { toSubRip } from "../captions/write-srt.js";
import { toWebVtt } from "../captions/write-web-vtt.js";
import { writing } from "../output/errors.js";
import { writeNew } from "../util/files.js";
import type { Conversion } from "./conversion.js";
import type { ConvertFilm } from "./convert-film.js";
import type { StreamCues } from "./package-captions.js";

const WRITERS = { srt: toSubRip, vtt: toWebVtt } as const satisfies Record<
  string,
  (cues: readonly Cue[]) => string
>;

/** The end of the name of a caption file. */
export type CaptionExtension = keyof typeof WRITERS;

/** Captions with the file that they become. */
export interface NamedCaptions extends StreamCues {
  readonly file: string;
}

/** `film_eng.vtt`; a number tells several of one language apart. */
export function namedCaptions(
  { name, captions }: Pick<ConvertFilm, "name" | "captions">,
  extension: CaptionExtension,
): NamedCaptions[] {
  const seen = new Map<string, number>();
  return captions.map((one) => {
    const count = (seen.get(one.language) ?? 0) + 1;
    seen.set(one.language, count);
    const number = count === 1 ? "" : `_${count}`;
    return { ...one, file: `${name}_${one.language}${number}.${extension}` };
  });
}

/** Writes each of them into a folder. */
export async function writeCaptions(
  captions: readonly NamedCaptions[],
  extension: CaptionExtension,
  folder: string,
): Promise<void> {
  for (const { file, cues } of captions) {
    const path = join(folder, file);
    await writing(path, () => writeNew(path, WRITERS[extension](cues)));
  }
}

/** The captions of a film alone. */
export function planCaptionFiles(
  film: ConvertFilm,
  extension: CaptionExtension,
): Conversion {
  const captions = namedCaptions(film, extension);
  // The first is the main one, and what is main comes last.
  const files = captions.map(({ file }) => file).reverse();
  return {
    ...{ files, bytes: 0, end: film.end, notes: film.notes },
    write: (folder) => writeCaptions(captions, extension, folder),
  };
}
