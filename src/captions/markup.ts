import {
  BOTTOM,
  type CueLine,
  type TextStyle,
  type CuePosition,
  type TextSpan,
} from "./cue.js";
import { toColour } from "./colour.js";

/** Text with its styles, and the position from its tags. */
export interface MarkedText {
  readonly lines: readonly CueLine[];
  readonly place: CuePosition;
}

/** SubRip and WebVTT differ in the markup of their text. */
export type Dialect = "srt" | "vtt";

/** Styles of the classes in a WebVTT file's STYLE blocks. */
export type Classes = ReadonlyMap<string, TextStyle>;

const TOKENS =
  /<(?<close>\/?)(?<tag>[a-z]+)(?<rest>(?:[^a-z<>][^<>]*)?)>|<[\d:.]+>|\{\\(?<override>[^{}]*)\}|&(?<entity>#?\w{1,8});|(?<newline>\r\n|\n|\r|\\N)/gi;

interface OpenTag {
  readonly tag: string;
  /** The style to restore at its end. */
  readonly before: TextStyle;
}

/**
 * Reads the text of a cue in SubRip or WebVTT: tags such as `<i>`, `<font color>`,
 * `<c.yellow>`, the overrides of SubStation that many SubRip files have (`{\an8}`, `{\i1}`),
 * and entities. Unknown tags stay as text in SubRip and vanish in WebVTT, as in players.
 */
export function readMarkup(
  text: string,
  dialect: Dialect,
  place: CuePosition = BOTTOM,
  classes: Classes = new Map(),
): MarkedText {
  const reader = new MarkupReader(dialect, place, classes);
  let done = 0;
  for (const match of text.matchAll(TOKENS)) {
    reader.addText(text.slice(done, match.index));
    reader.addToken(match);
    done = match.index + match[0].length;
  }
  reader.addText(text.slice(done));
  return { lines: reader.lines, place: reader.place };
}

const UPRIGHT: TextStyle = {};

/** Limit of nested open tags; deeper ones are ignored. */
const DEEPEST = 32;

class MarkupReader {
  readonly lines: TextSpan[][] = [[]];
  place: CuePosition;
  #look: TextStyle = UPRIGHT;
  #open: OpenTag[] = [];

  constructor(
    private readonly dialect: Dialect,
    place: CuePosition,
    private readonly classes: Classes,
  ) {
    this.place = place;
  }

  addText(text: string): void {
    if (text === "") return;
    const look = this.#look;
    // A literal is small; most text is plain.
    this.lines.at(-1)?.push(look === UPRIGHT ? { text } : { ...look, text });
  }

  addToken({ 0: all, groups = {} }: RegExpMatchArray): void {
    const { tag, close, rest = "", override, entity, newline } = groups;
    if (tag !== undefined)
      this.#tag(tag.toLowerCase(), close === "/", rest, all);
    else if (override !== undefined) this.#override(override);
    else if (entity !== undefined)
      this.addText(characterOf(entity, this.dialect) ?? all);
    else if (newline !== undefined) this.#newline(newline);
    // Only a WebVTT timestamp is left: text that it delays is shown at once.
    else if (this.dialect === "srt") this.addText(all);
  }

  #newline(sign: string): void {
    if (sign === "\\N" && this.dialect === "vtt") this.addText(sign);
    else this.lines.push([]);
  }

  #tag(tag: string, isClose: boolean, rest: string, all: string): void {
    const look = isClose ? {} : this.#lookOf(tag, rest);
    if (look === undefined) {
      if (this.dialect === "srt") this.addText(all);
    } else if (!isClose) {
      if (tag === "rt") this.addText("(");
      if (this.#open.length < DEEPEST)
        this.#open.push({ tag, before: this.#look });
      this.#look = { ...this.#look, ...look };
    } else this.#close(tag, all);
  }

  #close(tag: string, all: string): void {
    const at = this.#open.findLastIndex((open) => open.tag === tag);
    const opened = this.#open[at];
    if (opened === undefined) {
      const isKnown = this.#lookOf(tag, "") !== undefined;
      if (!isKnown && this.dialect === "srt") this.addText(all);
      return;
    }
    if (tag === "rt") this.addText(")");
    this.#look = opened.before;
    this.#open.length = at;
  }

  /** Undefined for a tag that the dialect does not have. */
  #lookOf(tag: string, rest: string): TextStyle | undefined {
    const look = LOOKS[tag];
    if (this.dialect === "srt")
      return tag === "font" ? colourLook(attributeOf(rest, "color")) : look;
    if (!VTT_TAGS.has(tag)) return undefined;
    const names = /^[^\s]*/.exec(rest)?.[0].split(".").slice(1) ?? [];
    return names
      .map((name) => this.classes.get(name) ?? classLook(name))
      .reduce((all, more) => ({ ...all, ...more }), look ?? {});
  }

  /** `an8` is the upper edge; the older `a6` too. Other overrides count only when they change a style. */
  #override(codes: string): void {
    for (const code of codes.split("\\")) {
      const { name = "", value = "" } =
        /^(?<name>an|a|i|b|u|1?c)(?<value>[&H\da-f]*)/i.exec(code)?.groups ??
        {};
      const key = name.toLowerCase();
      if (key === "an") this.place = placeOfKey(Number(value), this.place);
      else if (key === "a")
        this.place = placeOfOldKey(Number(value), this.place);
      else if (key.endsWith("c"))
        this.#look = { ...this.#look, ...colourLook(reversed(value)) };
      else if (key !== "")
        this.#look = { ...this.#look, ...switchLook(key, value !== "0") };
    }
  }
}

const LOOKS: Readonly<Record<string, TextStyle>> = {
  i: { italic: true },
  em: { italic: true },
  b: { bold: true },
  strong: { bold: true },
  u: { underline: true },
};

const VTT_TAGS = new Set(["i", "b", "u", "c", "v", "lang", "ruby", "rt"]);

function switchLook(key: string, value: boolean): TextStyle {
  if (key === "i") return { italic: value };
  return key === "b" ? { bold: value } : { underline: value };
}

function colourLook(value: string | undefined): TextStyle {
  const colour = value === undefined ? undefined : toColour(value);
  return colour === undefined ? {} : { colour };
}

/** `yellow` colours the text; `bg_blue` colours its background, which our captions do not have. */
function classLook(name: string): TextStyle {
  return VTT_COLOURS.has(name) ? colourLook(name) : {};
}

/** WebVTT, 5.1 */
const VTT_COLOURS = new Set(
  "white lime cyan red yellow magenta blue black".split(" "),
);

function attributeOf(rest: string, name: string): string | undefined {
  const pattern = new RegExp(`\\b${name}\\s*=\\s*(["']?)([^"'>]*)\\1`, "i");
  const value = pattern.exec(rest)?.[2]?.trim();
  return value === "" ? undefined : value;
}

/** `&HBBGGRR&` of SubStation as `#rrggbb`. */
function reversed(value: string): string | undefined {
  const digits = /^&?H?([\da-f]{1,8})&?$/i.exec(value)?.[1];
  if (digits === undefined) return undefined;
  const [, b, g, r] =
    /(..)(..)(..)$/.exec(digits.padStart(6, "0").toLowerCase()) ?? [];
  return `#${r}${g}${b}`;
}

const ALIGNS = ["left", "center", "right"] as const;
const VERTICALS = ["bottom", "middle", "top"] as const;

/** The positions follow the digits of a keyboard's number pad. */
function placeOfKey(key: number, place: CuePosition): CuePosition {
  const vertical = VERTICALS[Math.floor((key - 1) / 3)];
  const align = ALIGNS[(key - 1) % 3];
  return vertical === undefined || align === undefined
    ? place
    : { vertical, align };
}

/** SubStation before 4+: 1 to 3 below, 5 to 7 above, 9 to 11 in the middle. */
function placeOfOldKey(key: number, place: CuePosition): CuePosition {
  const align = ALIGNS[(key % 4) - 1];
  const vertical = (["bottom", "top", "middle"] as const)[Math.floor(key / 4)];
  return vertical === undefined || align === undefined
    ? place
    : { vertical, align };
}

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  lrm: "\u200e",
  rlm: "\u200f",
};

/** The character of `amp`, `#39` or `#x27`; undefined for text that is not an entity. */
function characterOf(entity: string, dialect: Dialect): string | undefined {
  const number = /^#(?:(\d+)|x([\da-f]+))$/i.exec(entity);
  if (number === null || dialect === "srt")
    return Object.hasOwn(NAMED, entity) ? NAMED[entity] : undefined;
  const code =
    number[1] === undefined
      ? parseInt(number[2] ?? "", 16)
      : parseInt(number[1], 10);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
