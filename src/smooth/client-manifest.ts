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
  readonly runs: readonly ChunkRun[];
  /** Fragments in all runs. */
  readonly chunkCount: number;
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

/** A `c` element: fragments of one duration that follow one another. MS-SSTR 2.2.2.6 */
export interface ChunkRun extends ClientChunk {
  /** How many; an `r` may claim any number, so runs are never written out. */
  readonly count: number;
}

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
  const runs = readRuns(element);
  const chunkCount = runs.reduce((sum, { count }) => sum + count, 0);
  return { element, name, levels, runs, chunkCount };
}

/** `t` where given, else where the one before ended. MS-SSTR 2.2.2.6 */
function readRuns(element: XmlElement): ChunkRun[] {
  let end = 0;
  return descendants(element, "c").map((c) => {
    const time = Number(c.attributes.get("t") ?? end);
    const duration = numberIn(c, "d");
    const repeat = Math.ceil(Number(c.attributes.get("r") ?? 1));
    const count = repeat > 0 ? repeat : 0;
    end = count === 0 ? end : time + duration * count;
    return { time, duration, count };
  });
}

/** The fragments of a stream one by one; there may be more than anybody can count. */
export function* chunksOf({ runs }: ClientStream): Generator<ClientChunk> {
  for (const { time, duration, count } of runs)
    for (let k = 0; k < count; k++)
      yield { time: time + k * duration, duration };
}
