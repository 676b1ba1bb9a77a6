import type { FileHandle } from "node:fs/promises";
import type { BoxNode } from "../../isobmff/box-tree.js";
import { editBoxes } from "../../isobmff/box.js";
import { viewOf } from "../../isobmff/bytes.js";
import { TFRA_HEAD, tfraLayout } from "../../isobmff/fragment-index.js";
import { readAt, scanBoxes, type BoxSpan } from "../../isobmff/scan.js";

/** The changes to a finished file. Both functions throw an Error in one line for damaged bytes. */
export interface FileRewrite {
  /** Everything before the first fragment. */
  header(bytes: Uint8Array): Uint8Array;
  /** moof and mdat; called in the order of the file. */
  fragment(bytes: Uint8Array): Uint8Array;
}

/** Where the fragments of a file and its other parts lie. */
export interface FileMap {
  /** Where the first fragment begins. */
  readonly headerSize: number;
  /** Fragments and other boxes, in the order of the file. */
  readonly parts: readonly RewrittenPart[];
}

export interface RewrittenPart extends Pick<
  BoxSpan,
  "type" | "start" | "size"
> {
  readonly isFragment: boolean;
}

/** Memory holds no more than this at a time; a fragment of ten seconds at 50 Mbit/s has 63 MB. */
const LARGEST_PART = 256 * 1024 * 1024;

/**
 * Finds the parts of a file; fragments are not read.
 *
 * @throws Error in one line when the file is cut off, or a part is too large for memory
 */
export async function mapFile(file: FileHandle): Promise<FileMap> {
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
  for (const { type, start, size } of [
    { type: "header", start: 0, size: headerSize },
    ...parts,
  ])
    if (size > LARGEST_PART)
      throw new Error(
        `has a ${type} of ${size} bytes at ${start}, expected at most ${LARGEST_PART}`,
      );
  return { headerSize, parts };
}

/** A moof and the mdat after it are one part. */
function partsOf(spans: readonly BoxSpan[]): RewrittenPart[] {
  const parts: RewrittenPart[] = [];
  for (let i = 0; i < spans.length; i++) {
    const [span, next] = [spans[i], spans[i + 1]];
    if (span === undefined) break;
    const { type, start, size } = span;
    if (type !== "moof") {
      parts.push({ type, start, size, isFragment: false });
      continue;
    }
    if (next?.type !== "mdat")
      throw new Error(`has a moof at ${start} that no mdat follows`);
    parts.push({ type, start, size: size + next.size, isFragment: true });
    i++;
  }
  return parts;
}

/**
 * A file with a new header and new fragments; everything else stays. The index at its end
 * points at the new fragments. It comes part by part, because a film does not fit into memory.
 *
 * @throws Error in one line for damaged bytes
 */
export async function* rewriteFile(
  file: FileHandle,
  { headerSize, parts }: FileMap,
  rewrite: FileRewrite,
): AsyncGenerator<Uint8Array, void> {
  const header = rewrite.header(await readAt(file, 0, headerSize));
  yield header;
  let position = header.length;
  const moved = new Map<number, number>();
  for (const { start, size, type, isFragment } of parts) {
    const bytes = await readAt(file, start, size);
    moved.set(start, position);
    const part = isFragment
      ? at(start, () => rewrite.fragment(bytes))
      : type === "mfra"
        ? movedIndex(bytes, moved)
        : bytes;
    yield part;
    position += part.length;
  }
}

/** A fault of a fragment, with its position. */
function at<T>(start: number, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`fragment at byte ${start}: ${why}`, { cause });
  }
}

function movedIndex(
  bytes: Uint8Array,
  moved: ReadonlyMap<number, number>,
): Uint8Array {
  return editBoxes(bytes, {
    replace: (node) =>
      node.type === "tfra" ? movedTfra(bytes, node, moved) : undefined,
  });
}

/** Only positions change. ISO/IEC 14496-12 8.8.10 */
function movedTfra(
  bytes: Uint8Array,
  { start, size, headerSize }: BoxNode,
  moved: ReadonlyMap<number, number>,
): Uint8Array {
  const tfra = Uint8Array.from(bytes.subarray(start, start + size));
  const view = viewOf(tfra.subarray(headerSize));
  const { count, isLong, rowSize } = tfraLayout(view);
  for (let i = 0; i < count; i++) {
    const place = TFRA_HEAD + i * rowSize + (isLong ? 8 : 4);
    const before = isLong
      ? Number(view.getBigUint64(place))
      : view.getUint32(place);
    const now = moved.get(before);
    if (now === undefined)
      throw new Error(`the index names a fragment at ${before}, where none is`);
    if (isLong) view.setBigUint64(place, BigInt(now));
    else if (now < 2 ** 32) view.setUint32(place, now);
    else throw new Error("the index has no room for positions beyond 4 GB");
  }
  return tfra;
}
