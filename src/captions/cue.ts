import type { Ticks } from "../media/time.js";

/** The style of text. Missing values are the player's defaults: upright, white. */
export interface TextStyle {
  readonly italic?: boolean;
  readonly bold?: boolean;
  readonly underline?: boolean;
  /** `#rrggbb`, in small letters. */
  readonly colour?: string;
}

/** Text of one style, on one line. */
export interface TextSpan extends TextStyle {
  readonly text: string;
}

export type CueLine = readonly TextSpan[];

/** The position of a cue in the picture. */
export interface CuePosition {
  readonly vertical: "top" | "middle" | "bottom";
  readonly align: "left" | "center" | "right";
}

/** Lines of text that are shown for a while. */
export interface Cue {
  /** From the start of the film, in ticks of 10,000,000 a second. */
  readonly begin: Ticks;
  /** When the cue ends; larger than `begin`. */
  readonly end: Ticks;
  readonly lines: readonly CueLine[];
  readonly place: CuePosition;
}

/** A cue as read from a file: its times may be wrong, its text may be empty. */
export interface ReadCue extends Cue {
  /** The line of the file where the cue begins, from 1. */
  readonly line: number;
}

/** A fault that a reader skipped or corrected. */
export interface Note {
  readonly line: number;
  /** Half a sentence, without the file and the line. */
  readonly what: string;
}

/** The result of the reader of one format. */
export interface ReadCaptions {
  readonly cues: readonly ReadCue[];
  readonly notes: readonly Note[];
  /** The length of an hour of its timecodes, when its times are timecodes. */
  readonly timecodeHour?: Ticks;
}

interface CaptionErrorDetails {
  readonly found?: string;
  readonly expected?: string;
  readonly cause?: unknown;
}

/** The reason why a caption file cannot be read; `readCaptions` adds the name of the file. */
export class CaptionError extends Error {
  override readonly name = "CaptionError";
  readonly facts: Omit<CaptionErrorDetails, "cause">;

  constructor(
    /** A sentence with the found and the expected value. */
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

/** The default position of captions. */
export const BOTTOM: CuePosition = { vertical: "bottom", align: "center" };

/** The third of the picture for a height; 0 is the upper edge, 1 the lower. */
export function verticalAt(height: number): CuePosition["vertical"] {
  if (height < 1 / 3) return "top";
  return height <= 2 / 3 ? "middle" : "bottom";
}

/**
 * Lines ready to be written: without control characters, blanks at their ends, or blank lines
 * around them. Equal neighbouring spans are joined. No span is blank, because XML readers lose
 * blank text. Empty when there is no text.
 */
export function tidyLines(lines: readonly CueLine[]): CueLine[] {
  const tidy = lines.map(tidyLine);
  const first = tidy.findIndex((line) => line.length > 0);
  const last = tidy.findLastIndex((line) => line.length > 0);
  return first < 0 ? [] : tidy.slice(first, last + 1);
}

function tidyLine(line: CueLine): CueLine {
  const joined: TextSpan[] = [];
  for (const span of line) {
    const look = withoutDefaults(span);
    const clean = cleanText(span.text);
    const before = joined.at(-1);
    if (clean === "") continue;
    if (before !== undefined && (isBlank(clean) || isAlike(before, look)))
      joined[joined.length - 1] = spanOf(before.text + clean, before);
    else if (before !== undefined && isBlank(before.text))
      joined[joined.length - 1] = spanOf(before.text + clean, look);
    else joined.push(spanOf(clean, look));
  }
  return trimEnds(joined);
}

/** Nearly all text is plain: a literal takes a quarter of the memory of a spread. */
function spanOf(text: string, look: TextStyle): TextSpan {
  return isPlain(look) ? { text } : { ...look, text };
}

function isPlain({ italic, bold, underline, colour }: TextStyle): boolean {
  return (
    italic === undefined &&
    bold === undefined &&
    underline === undefined &&
    colour === undefined
  );
}

const PLAIN: TextStyle = {};

/** Players write in white, upright letters by default. */
function withoutDefaults(look: TextStyle): TextStyle {
  if (isPlain(look)) return PLAIN;
  const { italic, bold, underline, colour } = look;
  return {
    ...(italic === true && { italic }),
    ...(bold === true && { bold }),
    ...(underline === true && { underline }),
    ...(colour !== undefined && colour !== "#ffffff" && { colour }),
  };
}

function trimEnds(spans: TextSpan[]): CueLine {
  return spans
    .map((span, i) => {
      const started = i === 0 ? span.text.trimStart() : span.text;
      const text = i === spans.length - 1 ? started.trimEnd() : started;
      return text === span.text ? span : spanOf(text, span);
    })
    .filter(({ text }) => text !== "");
}

/**
 * Characters that XML 1.0 cannot hold or that are invisible: control characters, halves of
 * surrogate pairs, two codes that are no characters, and byte order marks. XML 1.0, 2.2
 */
const UNFIT = /[\p{Cc}\p{Cs}\uFEFF\uFFFE\uFFFF]/gu;

/** Letters, and single blanks. */
const CLEAN = /^(?:[!-~]| (?! ))*$/;

function cleanText(text: string): string {
  if (CLEAN.test(text)) return text;
  return text.replace(/[\t\n\v\f\r\u2028\u2029 ]+/g, " ").replace(UNFIT, "");
}

function isBlank(text: string): boolean {
  return text.trim() === "";
}

function isAlike(a: TextStyle, b: TextStyle): boolean {
  return (
    a.italic === b.italic &&
    a.bold === b.bold &&
    a.underline === b.underline &&
    a.colour === b.colour
  );
}

/** The text of a cue without style. */
export function textOf({ lines }: Pick<Cue, "lines">): string {
  return lines.map((line) => line.map(({ text }) => text).join("")).join("\n");
}

/** The lines of a file; most files have only one kind of line break. */
export function linesIn(text: string): string[] {
  return text.includes("\r") ? text.split(/\r\n|\n|\r/) : text.split("\n");
}

/** A line of a file as a message shows it. */
export function quote(line: string): string {
  const short = line.trim().replaceAll(/[\p{Cc}\p{Cs}]/gu, " ");
  return JSON.stringify(short.length > 60 ? `${short.slice(0, 57)}...` : short);
}

/** `hh:mm:ss.mmm` of whole milliseconds. */
export function clockTime(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  const hour = twoDigits(Math.floor(minutes / 60));
  const second = twoDigits(Math.floor(milliseconds / 1000) % 60);
  const rest = milliseconds % 1000;
  const thousandth = rest < 100 ? `0${twoDigits(rest)}` : rest;
  return `${hour}:${twoDigits(minutes % 60)}:${second}.${thousandth}`;
}

/** A film has 200,000 of these times. */
function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}
