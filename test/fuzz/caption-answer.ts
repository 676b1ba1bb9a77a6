import { textOf, type Cue } from "../../src/captions/cue.js";
import { packCues } from "../../src/captions/packed-cues.js";
import {
  readCaptions,
  type CaptionOptions,
} from "../../src/captions/read-captions.js";
import { readTtmlDocument } from "../../src/captions/ttml.js";
import { cutIntoFragments } from "../../src/captions/write-ttml.js";
import { PackError } from "../../src/errors.js";
import type { Verdict } from "./face.js";

/** Twenty seconds, as the corpus. */
const DURATION = 200_000_000;

/**
 * Reads a caption file, and lets what writes fragments face what was read. Throws whatever is not
 * a sentence for the user.
 */
export async function answerOf(
  bytes: Buffer,
  name: string,
  options: CaptionOptions = {},
): Promise<Verdict> {
  try {
    const { cues, warnings } = await readCaptions(bytes, name, {
      duration: DURATION,
      ...options,
    });
    cues.forEach(requireSound);
    await requireReadable(cues);
    return warnings.length > 0 ? "findings" : "accepted";
  } catch (error) {
    requireSentence(error);
    return "refused";
  }
}

function requireSound(cue: Cue): void {
  const { begin, end } = cue;
  const isSound =
    Number.isSafeInteger(begin) &&
    Number.isSafeInteger(end) &&
    begin >= 0 &&
    begin < end &&
    end <= DURATION &&
    textOf(cue).trim() !== "" &&
    !/[\p{Cs}\0-\x08\x0b-\x1f]/u.test(textOf(cue));
  if (!isSound) throw new Error(`accepted ${JSON.stringify(cue)}`);
}

/** All that is cut is read again, strictly. */
async function requireReadable(cues: readonly Cue[]): Promise<void> {
  const grid = [0, 1, 2, 3, 4].map((i) => ({
    ...{ time: i * 40_040_000, duration: 40_040_000 },
  }));
  let found = 0;
  for (const text of cutIntoFragments(packCues(cues), grid))
    found += (await readTtmlDocument(Buffer.from(text))).length;
  if (found < cues.length) throw new Error(`${cues.length - found} cues lost`);
}

/** Words of the language and its engine help nobody, and one line is what a terminal has. */
function requireSentence(error: unknown): void {
  if (!(error instanceof PackError)) throw error;
  if (error.cause !== undefined)
    throw new Error("a library stumbled", { cause: error.cause });
  if (/[\n\r]|undefined|of null|is not a function/.test(error.message))
    throw new Error(`not a sentence: ${error.message}`, { cause: error });
}
