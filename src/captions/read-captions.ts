import { PackError } from "../errors.js";
import type { Ticks } from "../media/time.js";
import {
  CaptionError,
  type Cue,
  type Note,
  type ReadCaptions,
  type ReadCue,
} from "./cue.js";
import { mendCues } from "./mend.js";
import { decodeText } from "./text-encoding.js";
import { fromProgramClock, programStart } from "./program-clock.js";
import { readScc } from "./scc.js";
import { readSrt } from "./srt.js";
import { readTtml } from "./ttml.js";
import { readWebVtt } from "./web-vtt.js";

/** A caption format that we read. To add one: a file here and a row in CAPTION_FORMATS. */
export interface CaptionFormat {
  readonly name: string;
  /** With the dot. */
  readonly extensions: readonly string[];
  /** Does such a file begin like this? */
  readonly isIn: (start: string) => boolean;
  /** @throws CaptionError */
  readonly read: (text: string) => Promise<ReadCaptions>;
}

export const CAPTION_FORMATS: readonly CaptionFormat[] = [
  {
    name: "WebVTT",
    extensions: [".vtt", ".webvtt"],
    isIn: (start) => /^\s*WEBVTT/.test(start),
    read: readWebVtt,
  },
  {
    name: "SCC",
    extensions: [".scc"],
    isIn: (start) => /^\s*Scenarist_SCC/i.test(start),
    read: readScc,
  },
  {
    name: "TTML",
    extensions: [".ttml", ".dfxp", ".xml", ".itt"],
    isIn: (start) => /^\s*<(?:\?xml|!--|(?:\w+:)?tt[\s>])/.test(start),
    read: readTtml,
  },
  {
    name: "SubRip",
    extensions: [".srt"],
    isIn: (start) =>
      /^\s*(?:\d+[ \t]*(?:\r\n|\n|\r)\s*)?(?:\d+:)?\d+:\d+,\d+\s*-+>/.test(
        start,
      ),
    read: readSrt,
  },
];

/** Other files that users try as captions, and the advice for each. */
const OTHERS: readonly { name: string; isIn: RegExp }[] = [
  { name: "SubStation Alpha", isIn: /^\s*\[Script Info\]/i },
  { name: "SAMI", isIn: /^\s*<SAMI/i },
  { name: "MicroDVD", isIn: /^\s*\{\d+\}\{\d+\}/ },
  { name: "EBU STL", isIn: /^\d{3}STL\d\d\.\d\d/ },
];

/** A caption file of a day has some megabytes; a larger file is something else. */
export const MOST_CAPTION_BYTES = 20_000_000;

/** The first characters of a file, which identify its format. */
const START = 4096;

export interface CaptionOptions {
  /** Of text that is not UTF-8; default windows-1252. */
  readonly encoding?: string | undefined;
  /** Length of the film: later captions are cut. */
  readonly duration?: Ticks | undefined;
  /**
   * How much earlier the film has them than the file; default: as the program's clock tells. Two lengths of one film
   * differ by some frames, and must not decide otherwise.
   */
  readonly shift?: Ticks | undefined;
  /** The part of the film that is packaged: its begin becomes 0. Default: all of it. */
  readonly part?: { readonly from: Ticks; readonly to: Ticks } | undefined;
  /** Turns times of the text into times of the film; called in the order of the text. */
  readonly clock?: ((time: Ticks) => Ticks) | undefined;
  /** The text was extracted: people have no file in which they could look at its lines. */
  readonly isExtracted?: boolean | undefined;
}

export interface Captions {
  /** In order of time, each within the film. */
  readonly cues: readonly Cue[];
  /** Sentences for the user, with the file and the line. */
  readonly warnings: readonly string[];
  /** Name in CAPTION_FORMATS. */
  readonly format: string;
  /** The encoding of the text. */
  readonly encoding: string;
  /** How much earlier they are than in the file. */
  readonly shift: Ticks;
  /** When the last cue ends, before cues are cut to the film: in each longer film they are the same. */
  readonly latest: Ticks;
}

/**
 * The captions of a file. The format is known by the content, then by the name. Faults that can
 * be corrected are corrected and reported.
 *
 * @param fileName for messages, and for its extension
 * @throws PackError `input` with the line
 */
export async function readCaptions(
  bytes: Uint8Array,
  fileName: string,
  options: CaptionOptions = {},
): Promise<Captions> {
  try {
    if (bytes.length > MOST_CAPTION_BYTES)
      throw new CaptionError(
        `it has ${bytes.length} bytes. Expected at most ${MOST_CAPTION_BYTES}.`,
      );
    const { text, encoding, notes } = decodeText(bytes, options.encoding);
    const { format, notes: more } = formatOf(text, fileName);
    const own = await readAs(format, text);
    // Text that was extracted has the film's clock.
    const isFile = options.isExtracted !== true;
    const { shift = isFile ? programStart(own, options.duration) : 0 } =
      options;
    const read = inFilm(own, shift, options.clock);
    const all = [...notes, ...more, ...read.notes];
    const mended = mendCues({ ...read, notes: all }, options.duration);
    const warnings = sentences(fileName, mended.notes, options.isExtracted);
    const { cues, latest } = cutToPart(mended, options.part);
    return { cues, warnings, format: format.name, encoding, shift, latest };
  } catch (error) {
    throw asPackError(error, fileName);
  }
}

/** The film may begin behind the first captions of its file. */
function inFilm(
  read: ReadCaptions,
  shift: Ticks,
  clock: CaptionOptions["clock"],
): ReadCaptions {
  if (clock === undefined) return fromProgramClock(read, shift);
  const { cues, notes } = read;
  const moved = cues.map((cue) => {
    const begin = clock(cue.begin);
    return { ...cue, begin, end: begin + cue.end - cue.begin };
  });
  const isBefore = ({ begin, end }: ReadCue) => begin < 0 && end <= 0;
  const what = "a caption ends before the film begins and is left out";
  const before = moved.filter(isBefore).map(({ line }) => ({ line, what }));
  return {
    cues: moved.filter((cue) => !isBefore(cue)),
    notes: [...notes, ...before],
  };
}

/** A cue that goes on over the begin or the end of the part is cut there. */
function cutToPart(
  { cues, latest }: Pick<Captions, "cues" | "latest">,
  part: CaptionOptions["part"],
): Pick<Captions, "cues" | "latest"> {
  if (part === undefined) return { cues, latest };
  const { from, to } = part;
  const inside = cues.filter(({ begin, end }) => begin < to && end > from);
  return {
    cues: inside.map((cue) => ({
      ...cue,
      begin: Math.max(0, cue.begin - from),
      end: Math.min(to, cue.end) - from,
    })),
    latest: latest - from,
  };
}

/** A library may fail on a file that none of our tests has. */
async function readAs(
  { name, read }: CaptionFormat,
  text: string,
): Promise<ReadCaptions> {
  try {
    return await read(text);
  } catch (cause) {
    if (cause instanceof CaptionError) throw cause;
    throw new CaptionError(
      `it cannot be read as ${name}: its parts do not fit together.`,
      undefined,
      { cause },
    );
  }
}

function formatOf(
  text: string,
  fileName: string,
): { format: CaptionFormat; notes: Note[] } {
  const start = text.slice(0, START);
  const other = OTHERS.find(({ isIn }) => isIn.test(start));
  if (other !== undefined)
    throw new CaptionError(
      `it is ${other.name}, which is not read. Expected ${FORMAT_NAMES}.`,
    );
  const named = CAPTION_FORMATS.find(({ extensions }) =>
    extensions.some((end) => fileName.toLowerCase().endsWith(end)),
  );
  const inside = CAPTION_FORMATS.find(({ isIn }) => isIn(start));
  const format = inside ?? named;
  if (format === undefined)
    throw new CaptionError(`it is not ${FORMAT_NAMES}.`);
  const isOther = named !== undefined && named !== format;
  const what = `it is ${format.name} whatever its name says, and is read as such`;
  return { format, notes: isOther ? [{ line: 1, what }] : [] };
}

const FORMAT_NAMES = "SubRip, WebVTT, TTML or SCC";

function asPackError(error: unknown, fileName: string): unknown {
  if (!(error instanceof CaptionError)) return error;
  const { line, facts, cause } = error;
  const where = line === undefined ? fileName : `${fileName}, line ${line}`;
  return new PackError("input", `${where}: ${error.message}`, {
    hint:
      line === undefined
        ? "Convert it to SubRip: ffmpeg -i FILE out.srt"
        : "Correct that line of the file.",
    facts: { file: fileName, line, ...facts },
    ...(cause !== undefined && { cause }),
  });
}

/** How many lines a warning names; it gives only the number of the others. */
const MOST_LINES = 3;

/** One sentence for each kind of fault, however often it occurs. */
function sentences(
  fileName: string,
  notes: readonly Note[],
  isExtracted = false,
): string[] {
  const lines = new Map<string, number[]>();
  for (const { line, what } of notes) {
    const linesOfNote = lines.get(what);
    if (linesOfNote === undefined) lines.set(what, [line]);
    else linesOfNote.push(line);
  }
  return [...lines].map(
    ([what, all]) =>
      `${fileName}${isExtracted ? timesText(all.length) : `, ${linesText(all)}`}: ${what}.`,
  );
}

function timesText(count: number): string {
  return count === 1 ? "" : ` (${count} times)`;
}

function linesText(all: readonly number[]): string {
  const [first, ...rest] = all.slice(0, MOST_LINES);
  if (rest.length === 0) return `line ${first}`;
  const more = all.length - MOST_LINES;
  const named = `lines ${[first, ...rest].join(", ")}`;
  return more > 0 ? `${named} and ${more} more` : named;
}
