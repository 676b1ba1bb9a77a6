import {
  BOTTOM,
  CaptionError,
  verticalAt,
  type CueLine,
  type TextStyle,
  type CuePosition,
  type TextSpan,
} from "./cue.js";
import { hexColour } from "./colour.js";

/** Receives imsc's messages while it reads. */
export interface LibraryErrors {
  warn(message: string): void;
  error(message: string): void;
  fatal(message: string): void;
}

/** A document from imsc: its times are absolute and in seconds, and references to styles are resolved. */
export interface LibraryDocument {
  readonly body: LibraryElement | null;
  readonly head: {
    readonly layout: {
      readonly regions: Readonly<Record<string, LibraryElement>>;
    };
  };
  /** Sizes of a cell and of a pixel; 1 is the height of the picture. */
  readonly cellLength: { readonly h: { readonly rh: number } };
  readonly pxLength: { readonly h: { readonly rh: number } | null };
}

interface LibraryElement {
  /** Missing in a region. */
  readonly kind?: string;
  readonly id?: string;
  readonly regionID?: string;
  readonly begin: number;
  readonly end: number;
  readonly styleAttrs?: Readonly<Record<string, unknown>>;
  /** With holes where imsc has removed elements. */
  readonly contents?: readonly (LibraryElement | undefined)[];
  readonly text?: string;
  readonly space?: string;
}

/** A paragraph, or the part of it that is visible at one time. */
export interface Paragraph {
  /** Seconds; the end may be infinite. */
  readonly begin: number;
  readonly end: number;
  readonly lines: readonly CueLine[];
  readonly place: CuePosition;
  /** Index of the `p` in the document, from 0. */
  readonly number: number;
}

/** The values that an element passes to its children. */
interface Inherited {
  readonly look: TextStyle;
  readonly align: CuePosition["align"];
  readonly region: string;
  readonly isHidden: boolean;
  /** An element ends no later than its parent. */
  readonly begin: number;
  readonly end: number;
}

/** Text or a line break, with its times. */
interface TextRun {
  readonly begin: number;
  readonly end: number;
  /** Undefined for a line break. */
  readonly span: TextSpan | undefined;
}

/** A paragraph whose words appear one by one has two changes for each word. */
const MOST_CHANGES = 1000;

/** The paragraphs of a document in its order, without hidden ones. */
export function paragraphsOf(document: LibraryDocument): Paragraph[] {
  return document.body === null
    ? []
    : new TreeWalk(document).paragraphs(document.body);
}

class TreeWalk {
  #paragraphs: Paragraph[] = [];
  #number = 0;

  constructor(private readonly document: LibraryDocument) {}

  paragraphs(body: LibraryElement): Paragraph[] {
    this.#walk(body, {
      ...{ look: {}, align: "center", region: "", isHidden: false },
      ...{ begin: 0, end: Infinity },
    });
    return this.#paragraphs;
  }

  #walk(element: LibraryElement, above: Inherited): void {
    const inherited = this.#inherit(element, above);
    if (element.kind === "p") this.#addParagraph(element, inherited);
    else
      for (const child of element.contents ?? [])
        if (child !== undefined) this.#walk(child, inherited);
  }

  #inherit(element: LibraryElement, above: Inherited): Inherited {
    const id = element.regionID ?? "";
    const region = id === "" ? undefined : this.#regionNamed(id);
    const base = region === undefined ? above : this.#styled(region, above, id);
    const within = {
      ...base,
      begin: Math.max(above.begin, element.begin),
      end: Math.min(above.end, element.end),
    };
    return this.#styled(
      element,
      within,
      region === undefined ? above.region : id,
    );
  }

  #regionNamed(id: string): LibraryElement | undefined {
    const { regions } = this.document.head.layout;
    return Object.hasOwn(regions, id) ? regions[id] : undefined;
  }

  #styled(
    { styleAttrs = {} }: LibraryElement,
    above: Inherited,
    region: string,
  ): Inherited {
    const { begin, end } = above;
    if (isWithout(styleAttrs)) return { ...above, region };
    const style = (name: StyleName) => styleAttrs[STYLES[name]];
    const isHidden =
      above.isHidden ||
      style("display") === "none" ||
      style("visibility") === "hidden";
    return {
      look: { ...above.look, ...lookOf(style) },
      align: ALIGNS[String(style("textAlign"))] ?? above.align,
      ...{ region, isHidden, begin, end },
    };
  }

  #addParagraph(paragraph: LibraryElement, inherited: Inherited): void {
    const number = this.#number++;
    const runs: TextRun[] = [];
    if (!inherited.isHidden) this.#collect(paragraph, inherited, runs);
    if (runs.length === 0) return;
    const place = this.#placeOf(runsRegion(paragraph, inherited), inherited);
    for (const [begin, end] of stretchesOf(inherited, runs)) {
      const shown = runs.filter((run) => run.begin <= begin && run.end >= end);
      if (shown.some(({ span }) => span !== undefined))
        this.#paragraphs.push({
          begin,
          end,
          lines: linesOf(shown),
          place,
          number,
        });
    }
  }

  #collect(
    element: LibraryElement,
    inherited: Inherited,
    runs: TextRun[],
  ): void {
    for (const child of element.contents ?? []) {
      if (child === undefined) continue;
      const own = this.#inherit(child, inherited);
      if (own.isHidden) continue;
      const times = { begin: own.begin, end: own.end };
      if (child.kind === "br") runs.push({ ...times, span: undefined });
      else if (child.text === undefined) this.#collect(child, own, runs);
      else runs.push(...textRuns(child, times, own.look));
    }
  }

  #placeOf(id: string, { align }: Inherited): CuePosition {
    const region = id === "" ? undefined : this.#regionNamed(id);
    if (region === undefined) return { ...BOTTOM, align };
    const { styleAttrs = {} } = region;
    const style = (name: StyleName) => styleAttrs[STYLES[name]];
    const top = this.#height(style("origin"), 0);
    const height = this.#height(style("extent"), 1);
    const shares: Readonly<Record<string, number>> = { center: 0.5, after: 1 };
    const share = shares[String(style("displayAlign"))] ?? 0;
    return { vertical: verticalAt(top + share * height), align };
  }

  /** The height in an origin or an extent, in imsc's form: `{h: {value, unit}}`; 1 is the picture's height. */
  #height(style: unknown, otherwise: number): number {
    const { value, unit } =
      (style as { h?: { value?: number; unit?: string } } | undefined)?.h ?? {};
    if (typeof value !== "number") return otherwise;
    const { cellLength, pxLength } = this.document;
    if (unit === "c") return value * cellLength.h.rh;
    if (unit === "px") return value * (pxLength.h?.rh ?? 1);
    return value / 100;
  }
}

const STYLING = "http://www.w3.org/ns/ttml#styling";

/** Names as imsc gives them, made once: a film has a hundred thousand elements. */
const STYLES = {
  ...{ display: `${STYLING} display`, visibility: `${STYLING} visibility` },
  ...{ textAlign: `${STYLING} textAlign`, ruby: `${STYLING} ruby` },
  ...{ origin: `${STYLING} origin`, extent: `${STYLING} extent` },
  ...{ displayAlign: `${STYLING} displayAlign`, color: `${STYLING} color` },
  ...{ fontStyle: `${STYLING} fontStyle`, fontWeight: `${STYLING} fontWeight` },
  textDecoration: `${STYLING} textDecoration`,
};
type StyleName = keyof typeof STYLES;

/** Most elements have no styles of their own. */
function isWithout(attributes: object): boolean {
  for (const _ in attributes) return false;
  return true;
}

const ALIGNS: Readonly<Record<string, CuePosition["align"]>> = {
  ...{ left: "left", start: "left", center: "center" },
  ...{ right: "right", end: "right" },
};

/** The region of the paragraph, or of its only child: a span may have a region. */
function runsRegion(
  { contents = [] }: LibraryElement,
  { region }: Inherited,
): string {
  const [only] = contents;
  const isOne = contents.length === 1 && (only?.regionID ?? "") !== "";
  return region === "" && isOne ? (only?.regionID ?? "") : region;
}

function lookOf(style: (name: StyleName) => unknown): TextStyle {
  const slant = style("fontStyle");
  const weight = style("fontWeight");
  const lines = style("textDecoration");
  const colour = style("color");
  return {
    ...(slant !== undefined && { italic: slant !== "normal" }),
    ...(weight !== undefined && { bold: weight === "bold" }),
    ...(Array.isArray(lines) && { underline: lines.includes("underline") }),
    ...(Array.isArray(colour) && {
      colour: hexColour(colour.slice(0, 3).map(Number)),
    }),
  };
}

/** Without `xml:space="preserve"`, line breaks of the file are blanks. Ruby text follows its word in brackets. */
function textRuns(
  { text = "", space, styleAttrs = {} }: LibraryElement,
  times: Pick<TextRun, "begin" | "end">,
  look: TextStyle,
): TextRun[] {
  const ruby = styleAttrs[STYLES.ruby];
  if (ruby === "delimiter") return [];
  const content = ruby === "text" ? `(${text})` : text;
  const parts = space === "preserve" ? content.split(/\r\n|\n|\r/) : [content];
  return parts.flatMap((part, i) => [
    ...(i > 0 ? [{ ...times, span: undefined }] : []),
    ...(part === "" ? [] : [{ ...times, span: { ...look, text: part } }]),
  ]);
}

/** A paragraph whose spans appear and vanish becomes several cues. */
function stretchesOf(
  { begin, end }: Inherited,
  runs: readonly TextRun[],
): (readonly [number, number])[] {
  if (runs.every((run) => run.begin === begin && run.end === end))
    return [[begin, end]];
  const times = runs.flatMap((run) => [run.begin, run.end]);
  const inside = [...new Set(times)].filter((at) => at > begin && at < end);
  if (inside.length > MOST_CHANGES)
    throw new CaptionError(
      `a paragraph changes ${inside.length} times. Expected at most ${MOST_CHANGES}.`,
    );
  const cuts = [begin, ...inside.toSorted((a, b) => a - b), end];
  return cuts.slice(1).map((to, i) => [cuts[i] ?? begin, to] as const);
}

function linesOf(runs: readonly TextRun[]): CueLine[] {
  const lines: TextSpan[][] = [[]];
  for (const { span } of runs)
    if (span === undefined) lines.push([]);
    else lines.at(-1)?.push(span);
  return lines;
}
