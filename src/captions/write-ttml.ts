import type { Ticks } from "../media/time.js";
import {
  MILLISECOND,
  type Cue,
  type CueLine,
  type CuePosition,
  type TextSpan,
} from "./cue.js";

/** A part of the film that one document describes. */
export interface DocumentWindow {
  readonly time: Ticks;
  readonly duration: Ticks;
}

/**
 * One TTML document for each fragment, in order: the cues of the fragment, clipped to it, with
 * times that count from its start. A cue that continues is in each of its fragments, because
 * each fragment stands alone. Documents are made one by one: twenty languages of a long film
 * would fill the memory.
 *
 * @param fragments of the picture, ascending
 * @param language of all text, three letters
 */
export function* cutIntoFragments(
  cues: readonly Cue[],
  fragments: Iterable<DocumentWindow>,
  { language = "und" }: { readonly language?: string } = {},
): Generator<Uint8Array> {
  const ordered = cues.toSorted((a, b) => a.begin - b.begin);
  const tongue = shortTag(language);
  const empty = encode(document([], tongue));
  let next = 0;
  let number = 0;
  let shown: readonly Cue[] = [];
  for (const fragment of fragments) {
    const end = fragment.time + fragment.duration;
    const come: Cue[] = [];
    for (
      let cue;
      (cue = ordered[next]) !== undefined && cue.begin < end;
      next++
    )
      come.push(cue);
    shown = [...shown, ...come].filter((cue) => cue.end > fragment.time);
    const clipped = shown.flatMap((cue) => clip(cue, fragment) ?? []);
    const prefix = `f${number++}c`;
    yield clipped.length === 0
      ? empty
      : encode(document(clipped, tongue, prefix));
  }
}

/** Whole milliseconds from the fragment's start, with the cues of that time. */
interface ClippedCue extends Pick<Cue, "lines" | "place"> {
  readonly begin: number;
  readonly end: number;
}

/** A cue of this length is visible in another fragment when its part in this one is under a millisecond. */
const SEEN_ELSEWHERE = 10 * MILLISECOND;

/**
 * Rounds to whole milliseconds, which all clients read. No cue ends after the fragment, and
 * none vanishes, however short it is.
 */
function clip(
  { begin, end, lines, place }: Cue,
  { time, duration }: DocumentWindow,
): ClippedCue | undefined {
  const last = Math.max(1, Math.floor(duration / MILLISECOND));
  const inside = (at: Ticks) =>
    Math.min(last, Math.max(0, Math.round((at - time) / MILLISECOND)));
  const [from, to] = [inside(begin), inside(end)];
  if (to > from) return { begin: from, end: to, lines, place };
  const isPart = begin < time || end > time + duration;
  if (isPart && end - begin >= SEEN_ELSEWHERE) return undefined;
  const first = Math.min(from, last - 1);
  return { begin: first, end: first + 1, lines, place };
}

const NAMESPACES =
  'xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling"';

/**
 * Names have no prefix and `head` no attribute: Kodi and N_m3u8DL-RE search for this text.
 * Styles are attributes of spans, which all clients read. Positions are regions, present when a
 * cue uses them.
 *
 * @param prefix of the ids: Kodi skips a cue whose id it showed in the previous fragment
 */
function document(
  cues: readonly ClippedCue[],
  language: string,
  prefix = "",
): string {
  const head = cues.length === 0 ? "" : layout(cues);
  const style =
    cues.length === 0
      ? ""
      : ' tts:textAlign="center" tts:textOutline="black 5%"';
  const body = cues.map((cue, i) => paragraph(cue, `${prefix}${i}`)).join("\n");
  return (
    `<?xml version="1.0" encoding="utf-8"?>\n` +
    `<tt ${NAMESPACES} xml:lang="${language}">` +
    `<head>${head}</head><body${style}><div>${body}</div></body></tt>\n`
  );
}

/** displayAlign of each region; all have the same safe area. */
const REGIONS = { top: "before", middle: "center", bottom: "after" } as const;

function layout(cues: readonly ClippedCue[]): string {
  const used = new Set(cues.map(({ place }) => place.vertical));
  const regions = Object.entries(REGIONS)
    .filter(([name]) => used.has(name as CuePosition["vertical"]))
    .map(
      ([name, align]) =>
        `<region xml:id="${name}" tts:origin="10% 10%" tts:extent="80% 80%" tts:displayAlign="${align}"/>`,
    );
  return `<layout>${regions.join("")}</layout>`;
}

function paragraph(
  { begin, end, lines, place }: ClippedCue,
  id: string,
): string {
  const align =
    place.align === "center" ? "" : ` tts:textAlign="${place.align}"`;
  return (
    `<p xml:id="${id}" region="${place.vertical}"${align}` +
    ` begin="${clockTime(begin)}" end="${clockTime(end)}">` +
    `${lines.map(lineOf).join("<br/>")}</p>`
  );
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
  return text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}

/** `hh:mm:ss.mmm` of whole milliseconds. */
export function clockTime(milliseconds: number): string {
  const parts = [
    Math.floor(milliseconds / 3_600_000),
    Math.floor(milliseconds / 60_000) % 60,
    Math.floor(milliseconds / 1000) % 60,
  ].map((part) => String(part).padStart(2, "0"));
  return `${parts.join(":")}.${String(milliseconds % 1000).padStart(3, "0")}`;
}

/** `de` for `deu`: the shortest tag, as xml:lang requires. RFC 5646 2.2.1 */
function shortTag(language: string): string {
  try {
    return Intl.getCanonicalLocales(language)[0] ?? "";
  } catch {
    return "";
  }
}

/** From Node's pool: thousands of separate buffers keep the garbage collector busy. */
function encode(text: string): Uint8Array {
  return Buffer.from(text, "utf8");
}
