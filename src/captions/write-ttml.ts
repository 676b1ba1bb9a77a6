import { shortestTag } from "../media/shortest-tag.js";
import type { Ticks } from "../media/time.js";
import { MILLISECOND } from "./cue.js";
import { cueAt, type PackedCue, type PackedCues } from "./packed-cues.js";
import { DocumentWriter, type TimedCue } from "./ttml-document.js";

/** A part of the film that one document describes. */
export interface DocumentWindow {
  readonly time: Ticks;
  readonly duration: Ticks;
}

/**
 * One TTML document for each fragment, in order: the cues of the fragment, clipped to it, with
 * times that count from its start, or from the start of the film. A cue that continues is in each of its fragments,
 * because each fragment stands alone. Documents are made one by one, each in place of the one before: twenty languages of
 * a long film would fill the memory, and as strings they would be its garbage.
 *
 * @param fragments of the picture, ascending
 * @param language of all text, three letters
 * @param isOfFilm times count from the start of the film, as those of `stpp` do. ISO/IEC 14496-30 5.2
 * @yields UTF-8, which is valid until the next document is asked for
 */
export function* cutIntoFragments(
  cues: PackedCues,
  fragments: Iterable<DocumentWindow>,
  {
    language = "und",
    isOfFilm = false,
  }: { readonly language?: string; readonly isOfFilm?: boolean } = {},
): Generator<Uint8Array> {
  const tongue = shortestTag(language) ?? "";
  const empty = new DocumentWriter(cues, tongue).write([]);
  const writer = new DocumentWriter(cues, tongue);
  let next = 0;
  let number = 0;
  let shown: PackedCue[] = [];
  for (const fragment of fragments) {
    const end = fragment.time + fragment.duration;
    while ((cues.begin[next] ?? Infinity) < end)
      shown.push(cueAt(cues, next++));
    if (shown.some((cue) => cue.end <= fragment.time))
      shown = shown.filter((cue) => cue.end > fragment.time);
    const own = shown.length === 0 ? NOTHING : clipAll(shown, fragment);
    const clipped = isOfFilm ? moved(own, fragment.time) : own;
    yield clipped.length === 0 ? empty : writer.write(clipped, `f${number}c`);
    number++;
  }
}

/**
 * A document of its own whose times count from the start of the film, as those of `stpp` do. ISO/IEC
 * 14496-30 5.2
 */
export function filmDocument(cues: PackedCues, language: string): Uint8Array {
  const timed: TimedCue[] = [];
  for (let i = 0; i < cues.count; i++) {
    const { begin, end } = cueAt(cues, i);
    const from = Math.round(begin / MILLISECOND);
    const to = Math.max(from + 1, Math.round(end / MILLISECOND));
    timed.push({ cue: i, from, to });
  }
  const tongue = shortestTag(language) ?? "";
  return new DocumentWriter(cues, tongue).write(timed, "c");
}

const NOTHING: readonly TimedCue[] = [];

function clipAll(
  shown: readonly PackedCue[],
  fragment: DocumentWindow,
): TimedCue[] {
  const clipped: TimedCue[] = [];
  for (const cue of shown) {
    const part = clip(cue, fragment);
    if (part !== undefined) clipped.push(part);
  }
  return clipped;
}

/** Later by a time of the film. */
function moved(cues: readonly TimedCue[], time: Ticks): TimedCue[] {
  const by = Math.round(time / MILLISECOND);
  return cues.map(({ from, to, ...cue }) => ({
    ...{ ...cue, from: from + by, to: to + by },
  }));
}

/** A cue of this length is visible in another fragment when its part in this one is under a millisecond. */
const SEEN_ELSEWHERE = 10 * MILLISECOND;

/**
 * Rounds to whole milliseconds, which all clients read. No cue ends after the fragment, and
 * none vanishes, however short it is.
 */
function clip(
  { cue, begin, end }: PackedCue,
  { time, duration }: DocumentWindow,
): TimedCue | undefined {
  const last = Math.max(1, Math.floor(duration / MILLISECOND));
  const inside = (at: Ticks) =>
    Math.min(last, Math.max(0, Math.round((at - time) / MILLISECOND)));
  const [from, to] = [inside(begin), inside(end)];
  if (to > from) return { cue, from, to };
  const isPart = begin < time || end > time + duration;
  if (isPart && end - begin >= SEEN_ELSEWHERE) return undefined;
  const first = Math.min(from, last - 1);
  return { cue, from: first, to: first + 1 };
}
