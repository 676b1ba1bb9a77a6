import { shortestTag } from "../media/shortest-tag.js";
import type { Ticks } from "../media/time.js";
import { MILLISECOND, type CuePosition } from "./cue.js";
import { cueAt, type PackedCue, type PackedCues } from "./packed-cues.js";

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
  cues: PackedCues,
  fragments: Iterable<DocumentWindow>,
  { language = "und" }: { readonly language?: string } = {},
): Generator<string> {
  const tongue = shortestTag(language) ?? "";
  const empty = document([], tongue);
  let next = 0;
  let number = 0;
  let shown: PackedCue[] = [];
  for (const fragment of fragments) {
    const end = fragment.time + fragment.duration;
    while ((cues.begin[next] ?? Infinity) < end)
      shown.push(cueAt(cues, next++));
    if (shown.some((cue) => cue.end <= fragment.time))
      shown = shown.filter((cue) => cue.end > fragment.time);
    const clipped = shown.length === 0 ? NOTHING : clipAll(shown, fragment);
    yield clipped.length === 0
      ? empty
      : document(clipped, tongue, `f${number}c`);
    number++;
  }
}

/**
 * A document of its own whose times count from the start of the film, as those of `stpp` do. ISO/IEC
 * 14496-30 5.2
 */
export function filmDocument(cues: PackedCues, language: string): string {
  const timed: ClippedCue[] = [];
  for (let i = 0; i < cues.count; i++) {
    const { begin, end, place, text } = cueAt(cues, i);
    const from = Math.round(begin / MILLISECOND);
    const to = Math.max(from + 1, Math.round(end / MILLISECOND));
    timed.push({ begin: from, end: to, place, text });
  }
  return document(timed, shortestTag(language) ?? "", "c");
}

/** Whole milliseconds, with the cues of that time. */
type ClippedCue = PackedCue;

const NOTHING: readonly ClippedCue[] = [];

function clipAll(
  shown: readonly PackedCue[],
  fragment: DocumentWindow,
): ClippedCue[] {
  const clipped: ClippedCue[] = [];
  for (const cue of shown) {
    const part = clip(cue, fragment);
    if (part !== undefined) clipped.push(part);
  }
  return clipped;
}

/** A cue of this length is visible in another fragment when its part in this one is under a millisecond. */
const SEEN_ELSEWHERE = 10 * MILLISECOND;

/**
 * Rounds to whole milliseconds, which all clients read. No cue ends after the fragment, and
 * none vanishes, however short it is.
 */
function clip(
  { begin, end, place, text }: PackedCue,
  { time, duration }: DocumentWindow,
): ClippedCue | undefined {
  const last = Math.max(1, Math.floor(duration / MILLISECOND));
  const inside = (at: Ticks) =>
    Math.min(last, Math.max(0, Math.round((at - time) / MILLISECOND)));
  const [from, to] = [inside(begin), inside(end)];
  if (to > from) return { begin: from, end: to, place, text };
  const isPart = begin < time || end > time + duration;
  if (isPart && end - begin >= SEEN_ELSEWHERE) return undefined;
  const first = Math.min(from, last - 1);
  return { begin: first, end: first + 1, place, text };
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

const REGIONS = [
  regionOf("top", "before"),
  regionOf("middle", "center"),
  regionOf("bottom", "after"),
];

/** All regions have the same safe area. */
function regionOf(vertical: CuePosition["vertical"], displayAlign: string) {
  const xml = `<region xml:id="${vertical}" tts:origin="10% 10%" tts:extent="80% 80%" tts:displayAlign="${displayAlign}"/>`;
  return { vertical, xml };
}

/** A bit for each region. */
const BITS = { top: 1, middle: 2, bottom: 4 } as const;

/** The layouts of all sets of regions, made once: a film of many languages has 100,000 documents. */
const LAYOUTS = Array.from({ length: 8 }, (_, bits) => {
  const used = REGIONS.filter(({ vertical }) => (bits & BITS[vertical]) !== 0);
  return `<layout>${used.map(({ xml }) => xml).join("")}</layout>`;
});

function layout(cues: readonly ClippedCue[]): string {
  let bits = 0;
  for (const { place } of cues) bits |= BITS[place.vertical];
  return LAYOUTS[bits] ?? "";
}

function paragraph(
  { begin, end, place, text }: ClippedCue,
  id: string,
): string {
  const align =
    place.align === "center" ? "" : ` tts:textAlign="${place.align}"`;
  return (
    `<p xml:id="${id}" region="${place.vertical}"${align}` +
    ` begin="${shortTime(begin)}" end="${shortTime(end)}">${text}</p>`
  );
}

/** Times in fragments of a few seconds, as they were made before. */
const TIMES = new Array<string | undefined>(4096);

function shortTime(milliseconds: number): string {
  if (milliseconds >= TIMES.length) return clockTime(milliseconds);
  return (TIMES[milliseconds] ??= clockTime(milliseconds));
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
