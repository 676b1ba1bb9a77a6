import { SMOOTH_TIMESCALE, secondsText, type Ticks } from "../media/time.js";
import {
  CaptionError,
  MILLISECOND,
  textOf,
  tidyLines,
  type Cue,
  type Note,
  type ReadCaptions,
  type ReadCue,
} from "./cue.js";

/** Three hours of speech have some 2,000 cues, a day of roll-up captions 40,000. */
export const MOST_CUES = 50_000;

/** More cues at once fill the picture, and the package. */
const MOST_AT_ONCE = 20;

/** Duration of a cue with a wrong end; shorter when the next cue comes. */
const MENDED: Ticks = 3 * SMOOTH_TIMESCALE;

/** Two cues that overlap by less are meant to follow each other. */
const SMALL_OVERLAP: Ticks = 100 * MILLISECOND;

/** Longer than any film; a later time is a mistake, and larger numbers are inexact. */
const LATEST: Ticks = 1000 * 3600 * SMOOTH_TIMESCALE;

export interface MendedCaptions {
  /** In order of time. */
  readonly cues: readonly Cue[];
  readonly notes: readonly Note[];
  /** See {@link Captions.latest}. */
  readonly latest: Ticks;
}

/**
 * Cues that can be shown: each has text, ends after it begins, and lies within the film.
 *
 * @param duration of the film, if it is known
 * @throws CaptionError when no cue is left, or there are too many
 */
export function mendCues(
  { cues, notes }: ReadCaptions,
  duration: Ticks = LATEST,
): MendedCaptions {
  if (cues.length > MOST_CUES)
    throw new CaptionError(
      `${cues.length} captions were found. Expected at most ${MOST_CUES}.`,
    );
  const mending = new Mending(duration, [...notes]);
  const mended = mending.mend(cues);
  requireSome(mended, cues, duration);
  const { notes: all, latest } = mending;
  return { cues: mended, notes: all, latest };
}

class Mending {
  latest: Ticks = 0;

  constructor(
    private readonly duration: Ticks,
    readonly notes: Note[],
  ) {}

  mend(cues: readonly ReadCue[]): Cue[] {
    const withText = cues.flatMap((cue) => this.#withText(cue) ?? []);
    this.#noteOrder(withText);
    const ordered = withText.toSorted((a, b) => a.begin - b.begin);
    const ended = ordered.map((cue, i) => this.#withEnd(cue, ordered[i + 1]));
    for (const { end } of ended) this.latest = Math.max(this.latest, end);
    const inside = ended.flatMap((cue) => this.#inside(cue) ?? []);
    return this.#apart(inside).map(({ begin, end, lines, place }) => {
      return { begin, end, lines, place };
    });
  }

  #note({ line }: ReadCue, what: string): void {
    this.notes.push({ line, what });
  }

  #withText(cue: ReadCue): ReadCue | undefined {
    const lines = tidyLines(cue.lines);
    const { begin, end, place, line } = cue;
    if (lines.length > 0)
      return { begin: Math.max(0, begin), end, lines, place, line };
    this.#note(cue, "a caption without text is left out");
    return undefined;
  }

  #noteOrder(cues: readonly ReadCue[]): void {
    const late = cues.find((cue, i) => cue.begin < (cues[i - 1]?.begin ?? 0));
    if (late !== undefined)
      this.#note(
        late,
        "captions are not in the order of their times; they are sorted",
      );
  }

  #withEnd(cue: ReadCue, next: ReadCue | undefined): ReadCue {
    if (cue.end > cue.begin && cue.end !== Infinity) return cue;
    const what =
      cue.end === Infinity
        ? "a caption has no end"
        : "a caption does not end after it begins";
    this.#note(cue, `${what}; it is shown until the next one, 3 s at most`);
    const longest = cue.begin + MENDED;
    const isFree = next !== undefined && next.begin > cue.begin;
    return { ...cue, end: isFree ? Math.min(longest, next.begin) : longest };
  }

  #inside(cue: ReadCue): ReadCue | undefined {
    if (cue.begin >= this.duration || !Number.isSafeInteger(cue.begin)) {
      this.#note(cue, "a caption begins behind the film's end and is left out");
      return undefined;
    }
    if (cue.end <= this.duration) return cue;
    this.#note(cue, "a caption ends behind the film and is cut there");
    return { ...cue, end: this.duration };
  }

  /** Cues in order of time, without duplicates. */
  #apart(cues: readonly ReadCue[]): ReadCue[] {
    const apart: ReadCue[] = [];
    let shown: ReadCue[] = [];
    for (const cue of cues) {
      shown = shown.filter(({ end }) => end > cue.begin);
      if (shown.some((other) => isSame(other, cue))) {
        this.#note(cue, "a caption is there twice and is shown once");
        continue;
      }
      this.#handOver(apart, cue);
      apart.push(cue);
      shown.push(cue);
      if (shown.length > MOST_AT_ONCE)
        throw new CaptionError(
          `more than ${MOST_AT_ONCE} captions are shown at once.`,
          cue.line,
        );
    }
    return apart;
  }

  /** Ends the previous cue where this one begins, when it ends a little later. */
  #handOver(apart: ReadCue[], cue: ReadCue): void {
    const before = apart.at(-1);
    if (before === undefined || before.end <= cue.begin) return;
    if (before.place.vertical !== cue.place.vertical) return;
    const isSmall =
      before.end - cue.begin < SMALL_OVERLAP && before.begin < cue.begin;
    if (isSmall) apart[apart.length - 1] = { ...before, end: cue.begin };
    this.#note(
      cue,
      isSmall
        ? "a caption begins a little before the one above ends; that one is cut"
        : "a caption begins while another is shown; both are shown",
    );
  }
}

function isSame(a: Cue, b: Cue): boolean {
  return (
    a.begin === b.begin &&
    a.end === b.end &&
    a.place.vertical === b.place.vertical &&
    textOf(a) === textOf(b)
  );
}

function requireSome(
  mended: readonly Cue[],
  cues: readonly ReadCue[],
  duration: Ticks,
): void {
  if (mended.length > 0) return;
  const [first] = cues;
  if (first === undefined) throw new CaptionError("no caption was found.");
  const isLate = first.begin >= duration;
  throw new CaptionError(
    isLate
      ? `all captions begin behind the film's end (${secondsText(duration)}), the first at ${secondsText(first.begin)}.`
      : "no caption has text.",
    first.line,
  );
}
