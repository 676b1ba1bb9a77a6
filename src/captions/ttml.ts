import { SaxesParser } from "saxes";
import {
  MILLISECOND,
  CaptionError,
  quote,
  tidyLines,
  type Cue,
  type Note,
  type ReadCaptions,
} from "./cue.js";
import type { Ticks } from "../media/time.js";
import { paragraphsOf, type Paragraph } from "./ttml-tree.js";

/** TTML 1 and 2, IMSC, EBU-TT-D, SMPTE-TT and DFXP of 2006, with times of the film. */
export async function readTtml(text: string): Promise<ReadCaptions> {
  const { paragraphs, lines, notes } = await read(text);
  const cues = paragraphs.map((paragraph) => ({
    ...toCue(paragraph),
    line: lines[paragraph.number] ?? 1,
  }));
  return { cues, notes };
}

/**
 * The cues of a document of a text track, with unchanged times and without repairs, so the
 * caller can judge them. A missing end is infinite.
 *
 * @throws CaptionError when it is not well-formed, or not TTML
 */
export async function readTtmlDocument(bytes: Uint8Array): Promise<Cue[]> {
  const { paragraphs } = await read(utf8(bytes));
  return paragraphs.map(toCue).map((cue) => ({
    ...cue,
    lines: tidyLines(cue.lines),
  }));
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new CaptionError("it is not UTF-8.");
  }
}

interface TtmlContents {
  readonly paragraphs: readonly Paragraph[];
  /** Lines of the file, one for each `p`. */
  readonly lines: readonly number[];
  readonly notes: readonly Note[];
}

async function read(text: string): Promise<TtmlContents> {
  const { default: imscDoc } = await import("imsc/src/main/js/doc.js");
  const { lines, root } = check(text);
  const notes: Note[] = [];
  const clean = asToday(text, root, notes);
  const fail = (message: string) => {
    throw new CaptionError(`it cannot be read as TTML: ${quote(message)}.`);
  };
  const ignore = () => undefined;
  try {
    const document = imscDoc.fromXML(clean, {
      ...{ warn: ignore, error: ignore, fatal: fail },
    });
    return { paragraphs: paragraphsOf(document), lines, notes };
  } catch (cause) {
    throw cause instanceof CaptionError ? cause : asCaptionError(cause);
  }
}

/**
 * imsc's parser is strict in one thing: it does not know the letters of XML's fifth edition in
 * names. It counts lines from 0.
 */
function asCaptionError(cause: unknown): CaptionError {
  const message = cause instanceof Error ? cause.message : "";
  const [, what, line] = /^(.+)\nLine: (\d+)\n/.exec(message) ?? [];
  return what === undefined
    ? new CaptionError(
        "it cannot be read as TTML: its parts do not fit together.",
        undefined,
        { cause },
      )
    : new CaptionError(`${UNREADABLE}: ${lowerFirst(what)}.`, Number(line) + 1);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function toCue({ begin, end, lines, place }: Paragraph): Cue {
  return { begin: ticksOf(begin), end: ticksOf(end), lines, place };
}

/** Rounds to a tick: files with frames or ticks have times between milliseconds. */
function ticksOf(seconds: number): number {
  return Math.round(seconds * 1000 * MILLISECOND);
}

/** Namespaces, styles and text of a caption file are never nested deeper. */
const DEEPEST = 32;
const MOST_ELEMENTS = 500_000;
const MOST_ATTRIBUTES = 64;

const UNREADABLE = "it is not TTML that can be read";

interface RootElement {
  /** Its source text, from `<` to `>`. */
  readonly start: number;
  readonly end: number;
  readonly namespace: string;
}

/**
 * Parses strictly, because imsc's own parser is lenient. It refuses document types: entities
 * made of entities would fill the memory.
 */
function check(text: string): { lines: number[]; root: RootElement } {
  const parser = new SaxesParser({ xmlns: true });
  const lines: number[] = [];
  let root: RootElement | undefined;
  let [depth, elements, attributes, start] = [0, 0, 0, 0];
  const fail = (what: string) =>
    new CaptionError(`${UNREADABLE}: ${what}.`, parser.line);
  parser.on("error", ({ message }) => {
    // "3:14: unclosed tag": CaptionError has the line in a field of its own.
    throw fail(message.replace(/^\d+:\d+: |\.$/g, ""));
  });
  parser.on("doctype", () => {
    throw fail("it has a document type (DTD)");
  });
  parser.on("opentagstart", () => {
    start = parser.line;
    attributes = 0;
  });
  parser.on("attribute", ({ local, value }) => {
    if (++attributes > MOST_ATTRIBUTES)
      throw fail(`an element has more than ${MOST_ATTRIBUTES} attributes`);
    if (TIMES.has(local)) requireTime(local, value, start);
  });
  parser.on("opentag", ({ local, uri }) => {
    if (++depth > DEEPEST)
      throw fail(`it has more than ${DEEPEST} elements in one another`);
    if (++elements > MOST_ELEMENTS)
      throw fail(`it has more than ${MOST_ELEMENTS} elements`);
    if (local === "p" && uri === root?.namespace) lines.push(start);
    if (root !== undefined) return;
    if (local !== "tt") throw fail(`its root is ${quote(local)}, expected tt`);
    if (
      !/^$|^http:\/\/www\.w3\.org\/(?:ns\/ttml|20\d\d\/\d\d\/ttaf1)$/.test(uri)
    )
      throw fail(`its namespace is ${quote(uri)}, expected ${NAMESPACE}`);
    const end = parser.position;
    root = { start: text.lastIndexOf("<", end - 2), end, namespace: uri };
  });
  parser.on("closetag", () => depth--);
  parser.write(text).close();
  if (root === undefined) throw fail("it has no element");
  return { lines, root };
}

const TIMES = new Set(["begin", "end", "dur"]);

/** TTML 1, 10.3.1, and the forms that asToday corrects. */
const TIME =
  /^\s*(?:\d+:\d\d:\d\d(?:[.,]\d+|:\d{2,}(?:\.\d+)?)?|\d+(?:\.\d+)?(?:h|m|s|ms|f|t))\s*$/;

function requireTime(name: string, value: string, line: number): void {
  if (TIME.test(value)) return;
  throw new CaptionError(
    `${name}=${quote(value)} is not a time that mss-pack reads. Expected as 00:00:01.500 or 1.5s.`,
    line,
    { found: value, expected: "00:00:01.500" },
  );
}

const NAMESPACE = "http://www.w3.org/ns/ttml";

/** The forms that imsc reads: today's namespaces, hours of two digits, dots in times. */
function asToday(text: string, root: RootElement, notes: Note[]): string {
  const { start, end, namespace } = root;
  const tag = text.slice(start, end);
  const named =
    namespace === "" ? tag.replace(/^<tt\b/, `<tt xmlns="${NAMESPACE}"`) : tag;
  const timed = named.replace(
    /timeBase\s*=\s*(["'])smpte\1/,
    'timeBase="media"',
  );
  if (timed !== named)
    notes.push({
      line: 1,
      what: "timecodes (timeBase smpte) are read as times from the film's begin",
    });
  const renamed = (text.slice(0, start) + timed + text.slice(end))
    .replace(/http:\/\/www\.w3\.org\/20\d\d\/\d\d\/ttaf1/g, NAMESPACE)
    .replaceAll(`${NAMESPACE}#style"`, `${NAMESPACE}#styling"`);
  return renamed.replace(
    /\b(begin|end|dur)\s*=\s*(["'])([^"'<>]*)\2/g,
    (_, name: string, sign: string, time: string) =>
      `${name}=${sign}${time.trim().replace(",", ".").replace(/^\d:/, "0$&")}${sign}`,
  );
}

/** The cues of one fragment, and when it begins. */
export interface FragmentCues {
  readonly time: Ticks;
  readonly cues: readonly Cue[];
}

/** The cues of a text track with times of the film. Cues that were cut at fragments are whole again. */
export function joinFragments(fragments: Iterable<FragmentCues>): Cue[] {
  const joined: Cue[] = [];
  /** Cues that last until the end of the previous fragment, by their content: their index in `joined`. */
  let open = new Map<string, number>();
  for (const { time, cues } of fragments) {
    const next = new Map<string, number>();
    for (const cue of cues) {
      const whole = { ...cue, begin: cue.begin + time, end: cue.end + time };
      const key = JSON.stringify([cue.lines, cue.place]);
      const at = open.get(key);
      const before = at === undefined ? undefined : joined[at];
      const goesOn =
        before !== undefined &&
        Math.abs(whole.begin - before.end) <= MILLISECOND;
      if (goesOn && at !== undefined)
        joined[at] = { ...before, end: whole.end };
      else joined.push(whole);
      next.set(key, goesOn && at !== undefined ? at : joined.length - 1);
    }
    open = next;
  }
  return joined;
}
