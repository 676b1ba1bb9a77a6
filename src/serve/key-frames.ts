import { readingFault } from "../errors.js";
import { concat } from "../isobmff/bytes.js";
import { mdatHeader } from "../isobmff/boxes/fragment.js";
import {
  newBudget,
  runsOfFragment,
  trackDefaults,
  type FragmentRun,
} from "../isobmff/fragment-runs.js";
import { parseMoov } from "../isobmff/movie.js";
import { childBox, type ParsedBox } from "../isobmff/parsed-box.js";
import { readAt, scanBoxes } from "../isobmff/scan.js";
import { parseBoxes } from "../isobmff/source.js";
import { TRUN } from "../isobmff/trun-rows.js";
import { NoFragment, type FragmentHead } from "./fragment-head.js";
import type { OpenFile } from "./open-files.js";
import { keySamples, moofWith, type Source } from "./key-samples.js";
import { headOf, type Fragment } from "./send-fragment.js";

/** Bytes of the file that follow one another. */
interface Span {
  /** Where they stand among the key frames, and where in the file. */
  readonly at: number;
  readonly from: number;
  readonly size: number;
}

/** A fragment with its sync samples alone. */
export interface KeyFrames {
  /** A moof made anew, in which each sample lasts until the next begins, and the header of the mdat. */
  readonly head: Uint8Array;
  /** The samples, in order, behind the head. */
  readonly spans: readonly Span[];
  /** Bytes of all. */
  readonly size: number;
}

/**
 * Finds the sync samples of a fragment. The moof alone is read.
 *
 * @returns undefined where samples cannot be taken apart: several runs, or encrypted ones
 * @throws NoFragment when the index is wrong
 */
export async function readKeyFrames(
  fragment: Fragment,
  open: OpenFile,
): Promise<KeyFrames | undefined> {
  const { level, number } = fragment;
  const head = await headOf(fragment, open);
  const begin = level.fragments.offset[number] ?? 0;
  const bytes = await readAt(open.handle, begin, head.moofSize);
  const defaults = await readDefaults(open, level.file.size);
  const source = sourceIn(bytes, defaults);
  return source && keyFramesOf(source, head, begin);
}

type Defaults = ReturnType<typeof trackDefaults>;

function sourceIn(bytes: Uint8Array, defaults: Defaults): Source | undefined {
  const onFault = (text: string) => {
    throw new NoFragment(text);
  };
  const [moof] = parseBoxes(bytes, onFault, TRUN);
  const traf = moof && childBox(moof, "traf");
  if (moof === undefined || traf === undefined) throw new NoFragment("no traf");
  const isEncrypted = traf.children.some(
    ({ type, uuid }) => ENCRYPTED.has(type) || ENCRYPTED.has(uuid ?? ""),
  );
  const runs = runsIn(moof, defaults);
  const [run] = runs;
  if (isEncrypted || run === undefined || runs.length > 1) return undefined;
  return { moof, traf, run };
}

/** Boxes that say how samples are encrypted, a row each; the last is PIFF's. */
const ENCRYPTED = new Set([
  "senc",
  "saiz",
  "saio",
  "a2394f525a9b4f14a2446c427c648df4",
]);

function runsIn(moof: ParsedBox, defaults: Defaults): FragmentRun[] {
  try {
    return runsOfFragment(moof, 0, defaults, newBudget(), "fragment");
  } catch (error) {
    throw new NoFragment(readingFault(error));
  }
}

async function readDefaults({ handle }: OpenFile, size: number) {
  for await (const span of scanBoxes(handle, size)) {
    if (span.type === "moof") break;
    if (span.type === "moov")
      return trackDefaults(await parseMoov(handle, span, size, "moov"));
  }
  return new Map<number, never>();
}

/** An mdat whose size has 32 bits. */
const MOST_BYTES = 2 ** 32 - 9;

/**
 * A moof and an mdat with the sync samples alone. ISO/IEC 14496-12 8.8
 *
 * @param begin of the fragment in its file
 * @returns undefined when samples lie outside of the fragment's mdat
 */
function keyFramesOf(
  source: Source,
  { dataBegin, size }: FragmentHead,
  begin: number,
): KeyFrames | undefined {
  const keys = keySamples(source);
  const { places } = keys;
  const isWithin = places.every(
    (one) => one.begin >= dataBegin && one.end <= size,
  );
  const bytes = places.reduce((sum, one) => sum + one.end - one.begin, 0);
  if (!isWithin || bytes > MOST_BYTES) return undefined;
  const boxes = (dataOffset: number) => moofWith(source, keys, dataOffset);
  const moofBytes = boxes(boxes(0).length + 8);
  const head = concat([moofBytes, mdatHeader(bytes)]);
  let at = head.length;
  const spans = places.map((one) => {
    const span = { at, from: begin + one.begin, size: one.end - one.begin };
    at += span.size;
    return span;
  });
  return { head, spans, size: at };
}
