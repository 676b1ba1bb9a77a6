import { CaptionFields, CHANNELS } from "../../src/captions/cea608.js";
import { textOf, type Cue } from "../../src/captions/cue.js";
import { readCaptions } from "../../src/captions/read-captions.js";
import { readTtmlDocument } from "../../src/captions/ttml.js";
import { packCues } from "../../src/captions/packed-cues.js";
import { cutIntoFragments } from "../../src/captions/write-ttml.js";
import { toWebVtt } from "../../src/captions/write-web-vtt.js";
import { PackError } from "../../src/errors.js";
import { NASTY_FILES } from "../captions/corpus.js";
import type { Verdict } from "./face.js";
import { mutateCaptions } from "./mutate-captions.js";
import { mutateFields } from "./mutate-fields.js";
import { Random } from "./random.js";

/** Forms of caption files. */
const FILE_READERS = ["SubRip", "WebVTT", "TTML", "SCC"] as const;

const EXTENSIONS: Readonly<Record<(typeof FILE_READERS)[number], RegExp>> = {
  SubRip: /\.srt$/,
  WebVTT: /\.vtt$/,
  TTML: /\.(?:ttml|dfxp|xml)$/,
  SCC: /\.scc$/,
};

/** The mutants of a run face the readers in turn. */
const FACES: readonly ((random: Random) => Promise<Verdict>)[] = [
  ...FILE_READERS.map(
    (reader) => async (random: Random) => faceFile(reader, random),
  ),
  faceFields,
];

/** Twenty seconds, as the corpus. */
const DURATION = 200_000_000;

/**
 * Lets the reader of a form face a damaged caption file, and what writes fragments
 * what it made of it. Throws whatever is not a sentence for the user.
 */
export async function faceCaptions(
  seed: number,
  number: number,
): Promise<Verdict> {
  const random = new Random(seed, number);
  return (FACES[number % FACES.length] ?? faceFields)(random);
}

async function faceFile(
  reader: (typeof FILE_READERS)[number],
  random: Random,
): Promise<Verdict> {
  const files = NASTY_FILES.filter(
    ({ name, cues }) => cues !== undefined && EXTENSIONS[reader].test(name),
  );
  const { bytes, name } = random.pick(files);
  return readAll(mutateCaptions(Buffer.from(bytes), random), name);
}

/** CEA-608 in the messages of a damaged picture: what is no message is passed over. */
async function faceFields(random: Random): Promise<Verdict> {
  const fields = await CaptionFields.open();
  for (const { time, bytes, isPacket } of mutateFields(random))
    if (isPacket) fields.addPairs(time, bytes);
    else fields.add({ time, bytes });
  const found = await fields.cues(random.pick(CHANNELS));
  if (found.length === 0) return "accepted";
  // As films with channels are packaged.
  return readAll(Buffer.from(toWebVtt(found)), "film.vtt");
}

/** Reads, and cuts what was read. */
async function readAll(bytes: Buffer, name: string): Promise<Verdict> {
  try {
    const { cues, warnings } = await readCaptions(bytes, name, {
      duration: DURATION,
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
