import {
  clockTime,
  MILLISECOND,
  type Cue,
  type CueLine,
  type TextSpan,
} from "./cue.js";

/**
 * A SubRip file of cues, in order of time. It has no specification: the tags are those that players
 * and editors read.
 */
export function toSubRip(cues: readonly Cue[]): string {
  return cues
    .toSorted((a, b) => a.begin - b.begin)
    .map((cue, i) => `${i + 1}\n${timing(cue)}\n${textOf(cue)}\n`)
    .join("\n");
}

function timing({ begin, end }: Cue): string {
  const from = Math.round(begin / MILLISECOND);
  const to = Math.max(from + 1, Math.round(end / MILLISECOND));
  return [from, to]
    .map((time) => clockTime(time).replace(".", ","))
    .join(" --> ");
}

/** Where on the screen, as of a numeric keypad. */
const ROWS = { bottom: 1, middle: 4, top: 7 } as const;
const COLUMNS = { left: 0, center: 1, right: 2 } as const;

function textOf({ lines, place: { vertical, align } }: Cue): string {
  const key = ROWS[vertical] + COLUMNS[align];
  const place = key === 2 ? "" : `{\\an${key}}`;
  return `${place}${lines.map(lineOf).join("\n")}`;
}

/** A blank line would end the cue. */
function lineOf(line: CueLine): string {
  const text = line.map(spanOf).join("");
  return text.trim() === "" ? "\u00a0" : text;
}

function spanOf({ text, italic, bold, underline, colour }: TextSpan): string {
  const tags = [
    ...(colour === undefined ? [] : [[`font color="${colour}"`, "font"]]),
    ...(bold === true ? [["b", "b"]] : []),
    ...(italic === true ? [["i", "i"]] : []),
    ...(underline === true ? [["u", "u"]] : []),
  ];
  return tags.reduceRight(
    (inside, [open, close]) => `<${open}>${inside}</${close}>`,
    text,
  );
}
