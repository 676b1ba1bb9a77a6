import { join } from "node:path";
import { packCues } from "../captions/packed-cues.js";
import { cutIntoFragments } from "../captions/write-ttml.js";
import {
  newFragments,
  eachFragment,
  type Fragments,
} from "../media/fragments.js";
import { TextTracks } from "../mux/text-track.js";
import type { PlannedFile } from "../mux/track-file.js";
import type { NamedCaptions } from "./convert-captions.js";
import type { ConvertFilm } from "./convert-film.js";

/** Captions that become a track of `stpp` too. */
export interface TextFile extends NamedCaptions {
  /** Name of the track's file. */
  readonly track: string;
}

/** `film_text_eng.mp4` beside `film_eng.vtt`. */
export function textFilesOf(
  name: string,
  captions: readonly NamedCaptions[],
): TextFile[] {
  return captions.map((one) => {
    const rest = one.file.slice(name.length).replace(/\.vtt$/, "");
    return { ...one, track: `${name}_text${rest}.mp4` };
  });
}

/**
 * Tracks of captions whose fragments begin when those of the pictures do, with times of the film.
 *
 * @param folder for the documents until they are copied
 * @throws PackError `output` when the disk refuses
 */
export async function textTracks(
  { cutTimes, end }: ConvertFilm,
  texts: readonly TextFile[],
  folder: string,
): Promise<PlannedFile[]> {
  const fragments = fragmentsOf(cutTimes, end);
  const tracks = new TextTracks(cutTimes, end);
  const planned: PlannedFile[] = [];
  for (const { track: file, cues, name: stream, language } of texts) {
    const path = join(folder, file);
    const documents = cutIntoFragments(
      packCues(cues),
      eachFragment(fragments),
      {
        ...{ language, isOfFilm: true },
      },
    );
    const about = { language, subtype: "SUBT" } as const;
    const track = await tracks.make(documents, about, `${path}.documents`);
    planned.push({ path, file, track, fragments, stream });
  }
  return planned;
}

/** One sample in each. */
function fragmentsOf(cutTimes: readonly number[], end: number): Fragments {
  const fragments = newFragments(cutTimes.length);
  fragments.time.set([...cutTimes, end]);
  for (let i = 0; i <= cutTimes.length; i++) fragments.firstSample[i] = i;
  return fragments;
}
