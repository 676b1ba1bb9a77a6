import { clockTime, type CuePosition } from "./cue.js";
import { positionOf, type PackedCues } from "./packed-cues.js";

/** When a cue is shown, in whole milliseconds. */
export interface TimedCue {
  /** Its number. */
  readonly cue: number;
  readonly from: number;
  readonly to: number;
}

const NAMESPACES =
  'xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling"';

/** Of a UTF-16 code unit in UTF-8. */
const MOST_BYTES = 3;

/**
 * Writes documents, each over the one before. Names have no prefix and `head` no attribute: Kodi and N_m3u8DL-RE
 * search for this text. Styles are attributes of spans, which all clients read. Positions are regions, present when a
 * cue uses them.
 */
export class DocumentWriter {
  readonly #cues: PackedCues;
  readonly #start: string;
  #bytes = Buffer.allocUnsafeSlow(4096);
  #filled = 0;

  /** @param language the tag of `xml:lang`, or an empty string */
  constructor(cues: PackedCues, language: string) {
    this.#cues = cues;
    this.#start =
      `<?xml version="1.0" encoding="utf-8"?>\n` +
      `<tt ${NAMESPACES} xml:lang="${language}"><head>`;
  }

  /**
   * @param prefix of the ids: Kodi skips a cue whose id it showed in the previous fragment
   * @returns UTF-8, valid until the next call
   */
  write(cues: readonly TimedCue[], prefix = ""): Uint8Array {
    this.#filled = 0;
    this.#text(this.#start);
    this.#text(cues.length === 0 ? EMPTY_BODY : this.#layout(cues));
    for (const [i, cue] of cues.entries())
      this.#paragraph(cue, `${i === 0 ? "" : "\n"}<p xml:id="${prefix}${i}"`);
    this.#text("</div></body></tt>\n");
    return this.#bytes.subarray(0, this.#filled);
  }

  #layout(cues: readonly TimedCue[]): string {
    let bits = 0;
    for (const { cue } of cues)
      bits |= BITS[positionOf(this.#cues, cue).vertical];
    return LAYOUTS[bits] ?? "";
  }

  #paragraph({ cue, from, to }: TimedCue, start: string): void {
    const { vertical, align } = positionOf(this.#cues, cue);
    const aligned = align === "center" ? "" : ` tts:textAlign="${align}"`;
    this.#text(
      `${start} region="${vertical}"${aligned}` +
        ` begin="${clockTime(from)}" end="${clockTime(to)}">`,
    );
    const { text, textEnd } = this.#cues;
    this.#copy(text, textEnd[cue - 1] ?? 0, textEnd[cue] ?? 0);
    this.#text("</p>");
  }

  #text(text: string): void {
    this.#makeRoom(MOST_BYTES * text.length);
    this.#filled += this.#bytes.write(text, this.#filled);
  }

  #copy(text: Uint8Array, from: number, to: number): void {
    this.#makeRoom(to - from);
    this.#bytes.set(text.subarray(from, to), this.#filled);
    this.#filled += to - from;
  }

  #makeRoom(more: number): void {
    const needed = this.#filled + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * needed);
    larger.set(this.#bytes.subarray(0, this.#filled));
    this.#bytes = larger;
  }
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

const EMPTY_BODY = "</head><body><div>";

/** From the layout to the first cue, for all sets of regions. */
const LAYOUTS = Array.from({ length: 8 }, (_, bits) => {
  const used = REGIONS.filter(({ vertical }) => (bits & BITS[vertical]) !== 0);
  return (
    `<layout>${used.map(({ xml }) => xml).join("")}</layout></head>` +
    `<body tts:textAlign="center" tts:textOutline="black 5%"><div>`
  );
});
