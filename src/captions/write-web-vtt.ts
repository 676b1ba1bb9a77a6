import {
  clockTime,
  MILLISECOND,
  type Cue,
  type CueLine,
  type TextSpan,
} from "./cue.js";

/**
 * A WebVTT file of cues, in order of time. It has no STYLE block, because ffmpeg finds no cue
 * after one. Colours are the eight that every player knows by name.
 */
export function toWebVtt(cues: readonly Cue[]): string {
  const blocks = cues
    .toSorted((a, b) => a.begin - b.begin)
    .map((cue) => `\n${timing(cue)}\n${cue.lines.map(lineOf).join("\n")}\n`);
  return `WEBVTT\n${blocks.join("")}`;
}

const POSITIONS = { top: " line:0", middle: " line:50%", bottom: "" } as const;

function timing({ begin, end, place }: Cue): string {
  const from = Math.round(begin / MILLISECOND);
  const to = Math.max(from + 1, Math.round(end / MILLISECOND));
  const align = place.align === "center" ? "" : ` align:${place.align}`;
  return `${clockTime(from)} --> ${clockTime(to)}${POSITIONS[place.vertical]}${align}`;
}

/** A blank line would end the cue. */
function lineOf(line: CueLine): string {
  return line.length === 0 ? "&nbsp;" : line.map(spanOf).join("");
}

function spanOf({ text, italic, bold, underline, colour }: TextSpan): string {
  const tags = [
    ...(colour === undefined ? [] : [`c.${nearest(colour)}`]),
    ...(bold === true ? ["b"] : []),
    ...(italic === true ? ["i"] : []),
    ...(underline === true ? ["u"] : []),
  ];
  return tags.reduceRight(
    (inside, tag) => `<${tag}>${inside}</${tag.charAt(0)}>`,
    escape(text),
  );
}

/** WebVTT 5.1 */
const COLOURS: Readonly<Record<string, string>> = {
  ...{ white: "#ffffff", yellow: "#ffff00", cyan: "#00ffff", lime: "#00ff00" },
  ...{ magenta: "#ff00ff", red: "#ff0000", blue: "#0000ff", black: "#000000" },
};

function nearest(colour: string): string {
  const distances = Object.entries(COLOURS).map(
    ([name, other]) => [distance(colour, other), name] as const,
  );
  return distances.reduce((a, b) => (b[0] < a[0] ? b : a))[1];
}

function distance(a: string, b: string): number {
  return [1, 3, 5]
    .map(
      (at) =>
        parseInt(a.slice(at, at + 2), 16) - parseInt(b.slice(at, at + 2), 16),
    )
    .reduce((sum, difference) => sum + difference ** 2, 0);
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
