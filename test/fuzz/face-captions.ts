import { NASTY_FILES } from "../captions/corpus.js";
import { answerOf } from "./caption-answer.js";
import type { Verdict } from "./face.js";
import { faceFields } from "./face-fields.js";
import { faceTeletext } from "./face-teletext.js";
import { mutateCaptions } from "./mutate-captions.js";
import { Random } from "./random.js";

type Face = (random: Random) => Promise<Verdict>;

/** The readers of captions by their names behind `--readers`. */
const FACES: ReadonlyMap<string, Face> = new Map<string, Face>([
  ["srt", ofFiles(/\.srt$/)],
  ["vtt", ofFiles(/\.vtt$/)],
  ["ttml", ofFiles(/\.(?:ttml|dfxp|xml)$/)],
  ["scc", ofFiles(/\.scc$/)],
  ["cc-h264", async (random) => faceFields("h264", random)],
  ["cc-hevc", async (random) => faceFields("hevc", random)],
  ["cc-mpeg2", async (random) => faceFields("mpeg2video", random)],
  ["cc-mov", async (random) => faceFields("eia_608", random)],
  ["teletext", faceTeletext],
]);

export const CAPTION_READERS: readonly string[] = [...FACES.keys()];

/**
 * Lets a reader of captions face a mutant, and what writes fragments what it made of it. Throws
 * whatever is not a sentence for the user.
 *
 * @param name in CAPTION_READERS; otherwise the mutants of a run face all of them in turn
 */
export async function faceCaptions(
  name: string,
  seed: number,
  number: number,
): Promise<Verdict> {
  const faces = [...FACES.values()];
  const face = FACES.get(name) ?? faces[number % faces.length] ?? faceTeletext;
  return face(new Random(seed, number));
}

/** Damaged files of the corpus, of one form. */
function ofFiles(extension: RegExp): Face {
  return async (random) => {
    const files = NASTY_FILES.filter(
      ({ name, cues }) => cues !== undefined && extension.test(name),
    );
    const { bytes, name } = random.pick(files);
    return answerOf(mutateCaptions(Buffer.from(bytes), random), name);
  };
}
