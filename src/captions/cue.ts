import type { Ticks } from "../media/time.js";

/** How text looks. What is not there is as the player likes it: upright, white. */
export interface Look {
  readonly italic?: boolean;
  readonly bold?: boolean;
  readonly underline?: boolean;
  /** `#rrggbb`, in small letters. */
  readonly colour?: string;
}

/** Text of one look, on one line. */
export interface Span extends Look {
  readonly text: string;
}

export type Line = readonly Span[];

/** Where a cue stands in the picture. */
export interface Place {
  readonly vertical: "top" | "middle" | "bottom";
  readonly align: "left" | "center" | "right";
}

/** Lines of text that are shown for a while. */
export interface Cue {
  /** From the film's begin, in ticks of 10,000,000 a second. */
  readonly begin: Ticks;
  /** When it goes; larger than `begin`. */
  readonly end: Ticks;
  readonly lines: readonly Line[];
  readonly place: Place;
}

/** A cue as a file has it: its times may be wrong, its text may be empty. */
export interface ReadCue extends Cue {
  /** The line of the file at which it begins, from 1. */
  readonly line: number;
}

/** What a reader passed over or put right. */
export interface Note {
  readonly line: number;
  /** Half a sentence, without the file and the line. */
  readonly what: string;
}

/** What a reader of one format hands on. */
export interface ReadCaptions {
  readonly cues: readonly ReadCue[];
  readonly notes: readonly Note[];
}

interface CaptionErrorDetails {
  readonly found?: string;
  readonly expected?: string;
  readonly cause?: unknown;
}

/** Why a caption file cannot be read; `readCaptions` adds the name of the file. */
export class CaptionError extends Error {
  override readonly name = "CaptionError";
  readonly facts: Omit<CaptionErrorDetails, "cause">;

  constructor(
    /** A sentence: what was found, and what was expected. */
    message: string,
    readonly line?: number,
    { cause, ...facts }: CaptionErrorDetails = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.facts = facts;
  }
}

/** Ticks of a millisecond. */
export const MILLISECOND: Ticks = 10_000;

/** Where captions stand unless they say otherwise. */
export const BOTTOM: Place = { vertical: "bottom", align: "center" };

/** Which third of the picture a height lies in; 0 is the upper edge, 1 the lower. */
export function verticalAt(height: number): Place["vertical"] {
  if (height < 1 / 3) return "top";
  return height <= 2 / 3 ? "middle" : "bottom";
}

/**
 * Lines fit to be written: without control characters, without blanks at their
 * ends, without blank lines around them; spans that look alike are one, and none is
 * blank, because readers of XML lose text that is blank. Empty when nothing is said.
 */
export function tidyLines(lines: readonly Line[]): Line[] {
  const tidy = lines.map(tidyLine);
  const first = tidy.findIndex((line) => line.length > 0);
  const last = tidy.findLastIndex((line) => line.length > 0);
  return first < 0 ? [] : tidy.slice(first, last + 1);
}

function tidyLine(line: Line): Line {
  const joined: Span[] = [];
  for (const { text, ...own } of line) {
    const look = withoutDefaults(own);
    const clean = cleanText(text);
    const before = joined.at(-1);
    if (clean === "") continue;
    if (before !== undefined && (isBlank(clean) || isAlike(before, look)))
      joined[joined.length - 1] = { ...before, text: before.text + clean };
    else if (before !== undefined && isBlank(before.text))
      joined[joined.length - 1] = { ...look, text: before.text + clean };
    else joined.push({ ...look, text: clean });
  }
  return trimEnds(joined);
}

/** White and upright is what players write in. */
function withoutDefaults({ italic, bold, underline, colour }: Look): Look {
  return {
    ...(italic === true && { italic }),
    ...(bold === true && { bold }),
    ...(underline === true && { underline }),
    ...(colour !== undefined && colour !== "#ffffff" && { colour }),
  };
}

function trimEnds(spans: Span[]): Line {
  return spans
    .map((span, i) => {
      const started = i === 0 ? span.text.trimStart() : span.text;
      const text = i === spans.length - 1 ? started.trimEnd() : started;
      return { ...span, text };
    })
    .filter(({ text }) => text !== "");
}

/**
 * What XML 1.0 cannot hold or nobody sees: control characters, halves of surrogate
 * pairs, two codes that are no characters, and byte order marks. XML 1.0, 2.2
 */
const UNFIT = /[\p{Cc}\p{Cs}\uFEFF\uFFFE\uFFFF]/gu;

function cleanText(text: string): string {
  return text.replace(/[\t\n\v\f\r\u2028\u2029 ]+/g, " ").replace(UNFIT, "");
}

function isBlank(text: string): boolean {
  return text.trim() === "";
}

function isAlike(a: Look, b: Look): boolean {
  return (
    a.italic === b.italic &&
    a.bold === b.bold &&
    a.underline === b.underline &&
    a.colour === b.colour
  );
}

/** What a cue says, without looks. */
export function textOf({ lines }: Pick<Cue, "lines">): string {
  return lines.map((line) => line.map(({ text }) => text).join("")).join("\n");
}

/** A line of a file as a message shows it. */
export function quote(line: string): string {
  const short = line.trim().replaceAll(/[\p{Cc}\p{Cs}]/gu, " ");
  return JSON.stringify(short.length > 60 ? `${short.slice(0, 57)}...` : short);
}
