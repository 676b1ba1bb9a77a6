import {
  CaptionError,
  linesIn,
  MILLISECOND,
  quote,
  verticalAt,
  type TextStyle,
  type Note,
  type CuePosition,
  type ReadCaptions,
  type ReadCue,
} from "./cue.js";
import { toColour } from "./colour.js";
import { readMarkup } from "./markup.js";

/** A cue of videojs-vtt.js. */
export interface LibraryCue {
  readonly startTime: number;
  readonly endTime: number;
  readonly text: string;
  /** A line number, counted from below when negative, or per cent. */
  readonly line: number | "auto";
  readonly snapToLines: boolean;
  readonly align: string;
}

/**
 * Stands for the library's class, whose instances have thirty functions each. The parser gives
 * only right values.
 */
class PlainCue implements LibraryCue {
  line: LibraryCue["line"] = "auto";
  snapToLines = true;
  align = "center";

  constructor(
    readonly startTime: number,
    readonly endTime: number,
    readonly text: string,
  ) {}
}

/** WebVTT: 4 (its syntax), 6.3 (cue settings). */
export async function readWebVtt(text: string): Promise<ReadCaptions> {
  const [{ default: library }, { default: VTTRegion }] = await Promise.all([
    import("videojs-vtt.js/lib/vtt.js"),
    import("videojs-vtt.js/lib/vttregion.js"),
  ]);
  const decoder = { decode: (part?: string) => part ?? "" };
  const classes = { VTTCue: PlainCue, VTTRegion };
  const parser = new library.Parser({}, classes, decoder);
  return new WebVttReader(parser).read(text);
}

type Parser = InstanceType<
  typeof import("videojs-vtt.js/lib/vtt.js").default.Parser
>;

/** Feeds the library line by line, to know the position of each cue and to skip lines that break the library. */
class WebVttReader {
  readonly #cues: ReadCue[] = [];
  readonly #notes: Note[] = [];
  readonly #classes = new Map<string, TextStyle>();
  readonly #regions = new Map<string, CuePosition["vertical"]>();
  /** The current line, and the line of the cue's times. */
  #number = 0;
  #line = 0;
  #region: string | undefined;

  constructor(private readonly parser: Parser) {
    parser.oncue = (cue) => this.#cues.push(this.#toCue(cue));
    parser.onparsingerror = () =>
      this.#notes.push({
        line: this.#number,
        what: "text without times is passed over",
      });
  }

  read(text: string): ReadCaptions {
    const lines = linesIn(text).map((line) =>
      /^[ \t]+$/.test(line) ? "" : line,
    );
    if (!/^WEBVTT(?:[ \t].*)?$/.test(lines[0] ?? "")) {
      this.#notes.push({ line: 1, what: 'the line "WEBVTT" is missing' });
      this.#feed("WEBVTT");
      this.#feed("");
    }
    let isAfterBlank = false;
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i] ?? "";
      const isHead = this.#cues.length === 0 && this.#line === 0;
      const block = isHead ? /^(STYLE|REGION)\s*$/.exec(line)?.[1] : undefined;
      if (block !== undefined && (isAfterBlank || i === 1))
        i = this.#skipBlock(lines, i, block);
      else this.#take(line, i + 1);
      isAfterBlank = (lines[i] ?? "") === "";
    }
    this.#feed("");
    return { cues: this.#cues, notes: this.#notes };
  }

  #take(line: string, number: number): void {
    this.#number = number;
    if (line.includes("X-TIMESTAMP-MAP"))
      this.#notes.push({
        line: number,
        what: "X-TIMESTAMP-MAP is passed over: times count from the film's begin",
      });
    const timing = this.#isIn("NOTE") ? undefined : timingOf(line, number);
    if (timing === undefined) this.#feed(line.replaceAll("-->", "--&gt;"));
    else {
      // Times end the block before them: the header, or a cue without a blank line after it.
      if (this.#isIn("CUETEXT") || this.#isIn("HEADER")) this.#feed("");
      this.#line = number;
      this.#region = /\sregion:(\S+)/.exec(line)?.[1];
      this.#feed(timing);
    }
  }

  /** The library expects times after STYLE and REGION. */
  #skipBlock(lines: readonly string[], start: number, block: string): number {
    const length = lines.slice(start).indexOf("");
    const end = length < 0 ? lines.length : start + length;
    const text = lines.slice(start + 1, end).join("\n");
    if (block === "STYLE") readStyle(text, this.#classes);
    else readRegion(text, this.#regions);
    if (this.#isIn("HEADER")) this.#feed("");
    return end;
  }

  #toCue(cue: LibraryCue): ReadCue {
    const { lines, place } = readMarkup(
      cue.text.replaceAll(GUARD, ""),
      "vtt",
      this.#placeOf(cue),
      this.#classes,
    );
    const begin = ticksOf(cue.startTime);
    return { begin, end: ticksOf(cue.endTime), lines, place, line: this.#line };
  }

  #placeOf({ line, snapToLines, align }: LibraryCue): CuePosition {
    const sides: Readonly<Record<string, CuePosition["align"]>> = {
      ...{ start: "left", left: "left", end: "right", right: "right" },
    };
    const inRegion = this.#regions.get(this.#region ?? "");
    return {
      vertical: inRegion ?? verticalOf(line, snapToLines),
      align: sides[align] ?? "center",
    };
  }

  #isIn(state: string): boolean {
    return this.parser.state === state;
  }

  /** The library treats the letters u2029 as a line break. */
  #feed(line: string): void {
    this.parser.parse(`${line.replaceAll("u2029", `u${GUARD}2029`)}\n`);
  }
}

const GUARD = "\uE000";

/** WebVTT counts lines from above, from 0; lines from below are negative. Players show some 15. */
function verticalOf(
  line: number | "auto",
  snapToLines: boolean,
): CuePosition["vertical"] {
  if (line === "auto") return "bottom";
  if (!snapToLines) return verticalAt(line / 100);
  return verticalAt((line < 0 ? 15 + line : line) / 15);
}

function ticksOf(seconds: number): number {
  return Math.round(seconds * 1000) * MILLISECOND;
}

const TIME = "(?:\\d+:)?\\d{1,2}:\\d{1,2}[.,]\\d{1,3}";
const TIMING = new RegExp(`^\\s*(${TIME})\\s*-->\\s*(${TIME})(\\s.*)?$`);

/** The line in the library's form; undefined when it has no times. */
function timingOf(line: string, number: number): string | undefined {
  if (!line.includes("-->")) return undefined;
  const [, begin = "", end = "", settings = ""] = TIMING.exec(line) ?? [];
  if (begin !== "")
    return `${canonical(begin)} --> ${canonical(end)}${settings}`;
  if (!/^\s*-?\d[\d:.,\s]*-->/.test(line)) return undefined;
  throw new CaptionError(
    `the times of the caption cannot be read: ${quote(line)}. Expected 00:01.000 --> 00:02.500.`,
    number,
    { found: line.trim(), expected: "00:01.000 --> 00:02.500" },
  );
}

/** With hours, because the library treats minutes from 60 on as hours. */
function canonical(time: string): string {
  if (/^\d\d:[0-5]\d:\d\d\.\d{3}$/.test(time)) return time;
  const [whole = "", fraction = ""] = time.split(/[.,]/);
  const [seconds = 0, minutes = 0, hours = 0] = whole
    .split(":")
    .map(Number)
    .reverse();
  const total = hours * 60 + minutes;
  const parts = [Math.floor(total / 60), total % 60, seconds].map((part) =>
    String(part).padStart(2, "0"),
  );
  return `${parts.join(":")}.${fraction.padEnd(3, "0")}`;
}

/** `::cue(.name) { color: ...; font-style: ... }`; other rules are for browsers. */
function readStyle(css: string, classes: Map<string, TextStyle>): void {
  const rules = css.matchAll(/::cue\(\s*\.([\w-]+)\s*\)\s*\{([^{}]*)\}/g);
  for (const [, name = "", body = ""] of rules)
    classes.set(name, { ...classes.get(name), ...lookOfCss(body) });
}

function lookOfCss(body: string): TextStyle {
  const rows = body.split(";").map((row) => {
    const [name = "", value = ""] = row.toLowerCase().split(":");
    return [name.trim(), value.trim()] as const;
  });
  const values = new Map(rows);
  const colour = toColour(values.get("color") ?? "");
  return {
    ...(colour !== undefined && { colour }),
    ...(values.get("font-style") === "italic" && { italic: true }),
    ...(/^(?:bold|[6-9]00)$/.test(values.get("font-weight") ?? "") && {
      bold: true,
    }),
    ...(/underline/.test(values.get("text-decoration") ?? "") && {
      underline: true,
    }),
  };
}

/** The position of the region's anchor in the picture. WebVTT 6.2 */
function readRegion(
  block: string,
  regions: Map<string, CuePosition["vertical"]>,
): void {
  const id = /(?:^|\s)id:(\S+)/.exec(block)?.[1];
  const height = /viewportanchor:[\d.]+%,([\d.]+)%/.exec(block)?.[1];
  if (id !== undefined)
    regions.set(
      id,
      verticalAt(height === undefined ? 1 : Number(height) / 100),
    );
}
