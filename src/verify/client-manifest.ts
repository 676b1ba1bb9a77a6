import { descendants, type XmlElement } from "./xml-reader.js";

/** What an .ismc says, read as a client reads it. Numbers that are missing are NaN. */
export interface ClientManifest {
  readonly file: string;
  readonly root: XmlElement;
  /** In 10 MHz ticks. */
  readonly duration: number;
  readonly streams: readonly ClientStream[];
}

export interface ClientStream {
  readonly element: XmlElement;
  readonly name: string;
  readonly levels: readonly ClientLevel[];
  readonly chunks: readonly ClientChunk[];
}

export interface ClientLevel {
  readonly bitrate: number;
  readonly attributes: ReadonlyMap<string, string>;
}

/** A fragment as the manifest announces it, in 10 MHz ticks. */
export interface ClientChunk {
  readonly time: number;
  readonly duration: number;
}

/**
 * Three weeks of two-second fragments. What a manifest announces beyond that is
 * not written out: an `r` of a milliard would fill the memory. It is found out
 * by the index, which cannot have as many.
 */
const MOST_CHUNKS = 1_000_000;

/** Reads an .ismc. MS-SSTR 2.2.2 */
export function readClientManifest(
  root: XmlElement,
  file: string,
): ClientManifest {
  let left = MOST_CHUNKS;
  const streams = descendants(root, "StreamIndex").map((element) => {
    const stream = readStream(element, left);
    left -= stream.chunks.length;
    return stream;
  });
  return { file, root, duration: numberIn(root, "Duration"), streams };
}

/** An attribute as a number; NaN when it is missing. */
export function numberIn(element: XmlElement, attribute: string): number {
  return Number(element.attributes.get(attribute) ?? Number.NaN);
}

function readStream(element: XmlElement, most: number): ClientStream {
  const levels = descendants(element, "QualityLevel").map((level) => ({
    bitrate: numberIn(level, "Bitrate"),
    attributes: level.attributes,
  }));
  const type = element.attributes.get("Type") ?? "";
  const name = element.attributes.get("Name") ?? type;
  return { element, name, levels, chunks: readChunks(element, most) };
}

/** Expands the `c` elements: `t` where given, else where the one before ended. MS-SSTR 2.2.2.6 */
function readChunks(element: XmlElement, most: number): ClientChunk[] {
  const chunks: ClientChunk[] = [];
  let time = 0;
  for (const c of descendants(element, "c")) {
    time = Number(c.attributes.get("t") ?? time);
    const duration = numberIn(c, "d");
    const repeat = Number(c.attributes.get("r") ?? 1);
    for (let k = 0; k < repeat && chunks.length < most; k++, time += duration) {
      chunks.push({ time, duration });
    }
  }
  return chunks;
}
