import {
  CaptionError,
  linesIn,
  MILLISECOND,
  quote,
  type ReadCaptions,
} from "./cue.js";
import { readMarkup } from "./markup.js";

const TIME =
  "-?(?:\\d+\\s*:\\s*)?\\d{1,2}\\s*:\\s*\\d{1,2}(?:\\s*[.,:]\\s*\\d{1,3})?";

/** A line with the times of a cue, in the forms that files use: with blanks, dots, or without hours. */
const TIMING = new RegExp(`^\\s*(${TIME})\\s*-+>\\s*(${TIME})(?:\\s.*)?$`);

/** Looks like a line of times, so it must be one. */
const MEANT = /^\s*-?\d[\d:.,\s]*-+>|-->\s*-?\d[\d:.,\s]*$/;

/** The library treats a line with this start as a comment of WebVTT. */
const NOTE = /^NOTE/;
const GUARD = "\uE000";

/** SubRip. It has no specification, so this follows players. */
export async function readSrt(text: string): Promise<ReadCaptions> {
  const parseSync = await loadParser();
  const { clean, timings, notes } = prepare(text);
  const nodes = clean === "" ? [] : parseSync(clean);
  const cues = nodes.flatMap((node) =>
    node.type === "cue" ? [node.data] : [],
  );
  if (cues.length !== timings.length)
    throw new CaptionError(
      `${timings.length} times were found, but ${cues.length} captions.`,
    );
  return {
    notes,
    cues: cues.map(({ start, end, text: marked }, i) => {
      const { lines, place } = readMarkup(marked.replaceAll(GUARD, ""), "srt");
      const [begin, until] = [start * MILLISECOND, end * MILLISECOND];
      return { begin, end: until, lines, place, line: timings[i] ?? 0 };
    }),
  };
}

type Parser = Pick<typeof import("subtitle"), "parseSync">;

/**
 * A CommonJS module has its names or a default: its names as installed by npm, only the default
 * in the joined command.
 */
async function loadParser(): Promise<Parser["parseSync"]> {
  const loaded: Partial<Parser> & { readonly default?: Parser } =
    await import("subtitle");
  const { parseSync = loaded.default?.parseSync } = loaded;
  if (parseSync === undefined) throw new Error("subtitle has no parseSync");
  return parseSync;
}

interface PreparedSrt {
  /** Text that the library reads without loss. */
  readonly clean: string;
  /** The line of each cue. */
  readonly timings: readonly number[];
  readonly notes: ReadCaptions["notes"];
}

/** The library stops at the first unexpected line, and gives no positions of cues. */
function prepare(text: string): PreparedSrt {
  const kept: string[] = [];
  const timings: number[] = [];
  const notes: { line: number; what: string }[] = [];
  let isAfterTiming = false;
  for (const [i, line] of linesIn(text).entries()) {
    const timing = timingOf(line, i + 1);
    if (timing !== undefined) {
      // The library would use this line as the text of a cue that has none.
      if (isAfterTiming) kept.push("");
      timings.push(i + 1);
      kept.push(timing);
    } else if (timings.length > 0)
      kept.push(NOTE.test(line) ? GUARD + line : line);
    else if (line.trim() !== "" && !/^\s*\d+\s*$/.test(line))
      notes.push({
        line: i + 1,
        what: "text before the first caption is passed over",
      });
    isAfterTiming = timing !== undefined;
  }
  return { clean: kept.join("\n"), timings, notes };
}

function timingOf(line: string, number: number): string | undefined {
  if (!line.includes("->")) return undefined;
  const match = TIMING.exec(line);
  if (match !== null) {
    const [begin = "", end = ""] = match.slice(1).map(canonical);
    return `${begin} --> ${end}`;
  }
  if (!MEANT.test(line)) return undefined;
  throw new CaptionError(
    `the times of the caption cannot be read: ${quote(line)}. Expected 00:00:01,000 --> 00:00:02,500.`,
    number,
    { found: line.trim(), expected: "00:00:01,000 --> 00:00:02,500" },
  );
}

/** `hh:mm:ss,mmm`; a time before the film becomes its start. */
function canonical(time: string): string {
  if (/^\d+:\d+:\d+,\d+$/.test(time)) return time;
  if (time.startsWith("-")) return "00:00:00,000";
  const [, h = "0", m = "0", s = "0", ms = "0"] =
    /^(?:(\d+):)?(\d+):(\d+)(?:[.,:](\d+))?$/.exec(
      time.replaceAll(/\s/g, ""),
    ) ?? [];
  return `${h}:${m}:${s},${ms}`;
}
