import type { MediaSource } from "../../isobmff/fragment-folder.js";
import { scanBoxes, type BoxSpan } from "../../isobmff/scan.js";

/** Where the fragments of a file and its other parts lie. */
export interface FileMap {
  /** Where the first fragment begins. */
  readonly headerSize: number;
  /** Fragments and other boxes, in the order of the file. */
  readonly parts: readonly FilePart[];
}

export interface FilePart extends Pick<BoxSpan, "type" | "start" | "size"> {
  /** Size of its moof; undefined for a part that is no fragment. */
  readonly moofSize: number | undefined;
}

/** Memory holds no more than this at a time; a fragment of ten seconds at 50 Mbit/s has 63 MB. */
const LARGEST_PART = 256 * 1024 * 1024;

/**
 * Finds the parts of a file; fragments are not read.
 *
 * @throws Error in one line when the file is cut off, or has a part that cannot be rewritten
 */
export async function mapFile(file: MediaSource): Promise<FileMap> {
  const { size: fileSize } = await file.stat();
  const spans: BoxSpan[] = [];
  for await (const span of scanBoxes(file, fileSize)) spans.push(span);
  const last = spans.at(-1);
  if (last === undefined || last.start + last.size !== fileSize)
    throw new Error(`ends at ${fileSize} within a box`);
  const first = spans.findIndex(({ type }) => type === "moof");
  if (first === -1) throw new Error("has no fragments");
  const headerSize = spans[first]?.start ?? 0;
  const parts = partsOf(spans.slice(first));
  requireRewritable(spans);
  for (const { type, start, size } of [
    { type: "header", start: 0, size: headerSize },
    ...parts,
  ])
    requireHeld(type, start, size);
  return { headerSize, parts };
}

/** @throws Error in one line for a part that memory should not hold */
export function requireHeld(type: string, start: number, size: number): void {
  if (size > LARGEST_PART)
    throw new Error(
      `has a ${type} of ${size} bytes at ${start}, expected at most ${LARGEST_PART}`,
    );
}

/** The places in it would be wrong; no Smooth player reads it. ISO/IEC 14496-12 8.16.3 */
function requireRewritable(spans: readonly BoxSpan[]): void {
  const index = spans.find(({ type }) => type === "sidx");
  if (index !== undefined)
    throw new Error(
      `has a sidx at ${index.start}, an index for DASH that is not rewritten`,
    );
}

/** A moof, the mdat after it and what lies between them are one part. */
function partsOf(spans: readonly BoxSpan[]): FilePart[] {
  const parts: FilePart[] = [];
  for (let i = 0; i < spans.length; i++) {
    const { type, start, size } = spans[i] ?? NO_SPAN;
    if (type !== "moof") {
      parts.push({ type, start, size, moofSize: undefined });
      continue;
    }
    const next = spans.findIndex((span, k) => k > i && ENDS.has(span.type));
    const { type: found, ...mdat } = spans[next] ?? NO_SPAN;
    if (found !== "mdat")
      throw new Error(`has a moof at ${start} that no mdat follows`);
    const end = mdat.start + mdat.size;
    parts.push({ type, start, size: end - start, moofSize: size });
    i = next;
  }
  return parts;
}

const NO_SPAN = { type: "", start: 0, size: 0 };

/** Either the media of a moof, or the end of what may belong to it. */
const ENDS = new Set(["mdat", "moof", "mfra"]);
