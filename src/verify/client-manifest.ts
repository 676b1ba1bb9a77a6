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

/** A year of two-second fragments: a larger `r` is a slip that must not eat the memory. */
const MAX_REPEAT = 20_000_000;

/** Reads an .ismc. MS-SSTR 2.2.2 */
export function readClientManifest(
  root: XmlElement,
  file: string,
): ClientManifest {
  const streams = descendants(root, "StreamIndex").map(readStream);
  return { file, root, duration: numberIn(root, "Duration"), streams };
}

/** An attribute as a number; NaN when it is missing. */
export function numberIn(element: XmlElement, attribute: string): number {
  return Number(element.attributes.get(attribute) ?? Number.NaN);
}

function readStream(element: XmlElement): ClientStream {
  const levels = descendants(element, "QualityLevel").map((level) => ({
    bitrate: numberIn(level, "Bitrate"),
    attributes: level.attributes,
  }));
  const type = element.attributes.get("Type") ?? "";
  const name = element.attributes.get("Name") ?? type;
  return { element, name, levels, chunks: readChunks(element) };
}

/** Expands the `c` elements: `t` where given, else where the one before ended. MS-SSTR 2.2.2.6 */
function readChunks(element: XmlElement): ClientChunk[] {
  const chunks: ClientChunk[] = [];
  let time = 0;
  for (const c of descendants(element, "c")) {
    time = Number(c.attributes.get("t") ?? time);
    const duration = numberIn(c, "d");
    const repeat = Math.min(Number(c.attributes.get("r") ?? 1), MAX_REPEAT);
    for (let k = 0; k < repeat; k++, time += duration) {
      chunks.push({ time, duration });
    }
  }
  return chunks;
}
