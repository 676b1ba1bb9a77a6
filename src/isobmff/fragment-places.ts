import type { MediaSource } from "./fragment-folder.js";
import { openForReading } from "./media-source.js";
import { parseMoof } from "./movie.js";
import { childBox, childBoxes, numberField } from "./parsed-box.js";
import { scanBoxes, type BoxSpan } from "./scan.js";

/** Where the whole fragments of a track lie, in the order of the file. */
export interface WholeFragments {
  /** Of each moof. */
  readonly offset: readonly number[];
  /** Where the mdat ends. */
  readonly end: readonly number[];
  /** A fragment of its file is not whole. */
  readonly isCutOff: boolean;
}

/**
 * The whole fragments of a file, or of a folder of fragments, by track: an mdat that the end of the file cuts off ends
 * the list.
 *
 * @throws PackError `input` when it cannot be read
 */
export async function fragmentPlaces(
  path: string,
): Promise<ReadonlyMap<number, WholeFragments>> {
  const source = await openForReading(path);
  try {
    return await placesIn(source, path);
  } finally {
    await source.close();
  }
}

async function placesIn(
  source: MediaSource,
  path: string,
): Promise<ReadonlyMap<number, WholeFragments>> {
  const { size } = await source.stat();
  const found = new Map<number, { offset: number[]; end: number[] }>();
  let isCutOff = source.cutOff !== undefined;
  let moof: BoxSpan | undefined;
  for await (const span of scanBoxes(source, size)) {
    const end = span.start + span.size;
    if (end > size) isCutOff = true;
    else if (span.type === "moof") moof = span;
    else if (span.type === "mdat" && moof !== undefined) {
      const trackId = await trackOf(source, moof, size, path);
      const own = found.get(trackId) ?? { offset: [], end: [] };
      own.offset.push(moof.start);
      own.end.push(end);
      found.set(trackId, own);
      moof = undefined;
    }
  }
  return new Map([...found].map(([id, own]) => [id, { ...own, isCutOff }]));
}

async function trackOf(
  source: MediaSource,
  span: BoxSpan,
  size: number,
  path: string,
): Promise<number> {
  const moof = await parseMoof(source, span, size, path);
  const [traf] = childBoxes(moof, "traf");
  const tfhd = traf && childBox(traf, "tfhd");
  return tfhd ? numberField(tfhd, "track_id") : NaN;
}
