import type { Ticks } from "../media/time.js";
import {
  BOTTOM,
  type Cue,
  type CueLine,
  type CuePosition,
  type TextSpan,
} from "./cue.js";

/**
 * Cues in order of time, as documents hold them: a few columns and one text. Twenty languages of
 * a long film have 100,000 objects otherwise, which are kept from the plan to the copying.
 */
export interface PackedCues {
  readonly count: number;
  readonly begin: Float64Array;
  readonly end: Float64Array;
  /** The position of each cue, as a number. */
  readonly place: Uint8Array;
  /** Where the text of each cue ends, and that of the next one begins. */
  readonly textEnd: Uint32Array;
  /** The lines of all cues, as TTML in UTF-8. A string would be copied about in the heap, and make it larger. */
  readonly text: Uint8Array;
}

const VERTICALS = ["top", "middle", "bottom"] as const;
const ALIGNS = ["left", "center", "right"] as const;

/** All positions, by their numbers. */
const PLACES: readonly CuePosition[] = VERTICALS.flatMap((vertical) =>
  ALIGNS.map((align) => ({ vertical, align })),
);

export function packCues(cues: readonly Cue[]): PackedCues {
  const ordered = cues.toSorted((a, b) => a.begin - b.begin);
  const count = ordered.length;
  const textEnd = new Uint32Array(count);
  const texts = ordered.map(({ lines }) => lines.map(lineOf).join("<br/>"));
  let length = 0;
  for (const [i, text] of texts.entries())
    textEnd[i] = length += Buffer.byteLength(text);
  return {
    count,
    begin: Float64Array.from(ordered, ({ begin }) => begin),
    end: Float64Array.from(ordered, ({ end }) => end),
    place: Uint8Array.from(ordered, ({ place }) => placeNumber(place)),
    ...{ textEnd, text: new TextEncoder().encode(texts.join("")) },
  };
}

/**
 * Gives the memory of cues back: they are empty then. Columns that lived from the plan to the copying would otherwise
 * stay until the next full collection, and in most films there is none. A moved column is young, and goes with the
 * next small collection.
 */
export function releaseCues(cues: PackedCues): void {
  const { begin, end, place, textEnd, text } = cues;
  const columns = [begin, end, place, textEnd, text];
  const transfer = columns.map(({ buffer }) => buffer as ArrayBuffer);
  structuredClone(undefined, { transfer });
}

/** A cue of the columns. */
export interface PackedCue {
  /** Its number. */
  readonly cue: number;
  readonly begin: Ticks;
  readonly end: Ticks;
}

export function cueAt({ begin, end }: PackedCues, cue: number): PackedCue {
  return { cue, begin: begin[cue] ?? NaN, end: end[cue] ?? NaN };
}

export function positionOf({ place }: PackedCues, cue: number): CuePosition {
  return PLACES[place[cue] ?? NaN] ?? BOTTOM;
}

function placeNumber({ vertical, align }: CuePosition): number {
  return VERTICALS.indexOf(vertical) * ALIGNS.length + ALIGNS.indexOf(align);
}

function lineOf(line: CueLine): string {
  return line.map(spanOf).join("");
}

/** Spans are never nested: Kodi reads only the first text of a span. */
function spanOf({ text, italic, bold, underline, colour }: TextSpan): string {
  const styles = [
    italic === true ? ' tts:fontStyle="italic"' : "",
    bold === true ? ' tts:fontWeight="bold"' : "",
    underline === true ? ' tts:textDecoration="underline"' : "",
    colour === undefined ? "" : ` tts:color="${colour}"`,
  ].join("");
  return styles === "" ? escape(text) : `<span${styles}>${escape(text)}</span>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escape(text: string): string {
  if (!/[&<>"]/.test(text)) return text;
  return text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}
