import { readingError } from "../errors.js";
import {
  mdatHeader,
  mfhd,
  moof,
  tfdt,
  tfhd,
  traf,
  trun,
  TFXD_UUID,
} from "../isobmff/boxes/fragment.js";
import { concat } from "../isobmff/bytes.js";
import {
  newBudget,
  runsOfFragment,
  trackDefaults,
  type FragmentRun,
} from "../isobmff/fragment-runs.js";
import { moovBeforeFragments } from "../isobmff/movie.js";
import {
  childBox,
  type ParsedBox,
  numberField,
} from "../isobmff/parsed-box.js";
import { readAt } from "../isobmff/scan.js";
import { parseBoxes } from "../isobmff/source.js";
import { TRUN } from "../isobmff/table-rows.js";
import { NoFragment, type FragmentHead } from "./fragment-head.js";
import type { OpenFile } from "./open-files.js";
import { headOf, type ServedFragment } from "./send-fragment.js";

/** Consecutive bytes of the file. */
interface ByteSpan {
  /** Their place among the key frames, and their place in the file. */
  readonly at: number;
  readonly from: number;
  readonly size: number;
}

/** A fragment with only its sync samples. */
export interface SentKeyFrames {
  /** A new moof, in which each sample lasts until the next begins, and the header of the mdat. */
  readonly head: Uint8Array;
  /** The samples, in order, after the head. */
  readonly spans: readonly ByteSpan[];
  /** Size of head and samples together. */
  readonly size: number;
}

/**
 * Finds the sync samples of a fragment. Reads only the moof.
 *
 * @returns undefined if the samples cannot be separated: several runs, or encrypted samples
 * @throws NoFragment when the index is wrong
 */
export async function readKeyFrames(
  fragment: ServedFragment,
  open: OpenFile,
): Promise<SentKeyFrames | undefined> {
  const { level, number } = fragment;
  const head = await headOf(fragment, open);
  const begin = level.fragments.offset[number] ?? 0;
  const bytes = await readAt(open.handle, begin, head.moofSize);
  const defaults = await readDefaults(open, level.file.size);
  const source = sourceIn(bytes, defaults);
  return source && keyFramesOf(source, head, begin);
}

type TrackDefaults = ReturnType<typeof trackDefaults>;

function sourceIn(
  bytes: Uint8Array,
  defaults: TrackDefaults,
): FragmentSource | undefined {
  const onError = (text: string) => {
    throw new NoFragment(text);
  };
  const [moof] = parseBoxes(bytes, onError, TRUN);
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

/** Boxes of encrypted samples, a row each; the last is PIFF's. */
const ENCRYPTED = new Set([
  "senc",
  "saiz",
  "saio",
  "a2394f525a9b4f14a2446c427c648df4",
]);

function runsIn(moof: ParsedBox, defaults: TrackDefaults): FragmentRun[] {
  try {
    return runsOfFragment(moof, 0, defaults, newBudget(), "fragment");
  } catch (error) {
    throw new NoFragment(readingError(error));
  }
}

async function readDefaults({ handle }: OpenFile, size: number) {
  const moov = await moovBeforeFragments(handle, size, "moov");
  return moov ? trackDefaults(moov) : new Map<number, never>();
}

/** The largest mdat whose size has 32 bits. */
const MOST_BYTES = 2 ** 32 - 9;

/**
 * A moof and an mdat with only the sync samples. ISO/IEC 14496-12 8.8
 *
 * @param begin of the fragment in its file
 * @returns undefined when samples lie outside of the fragment's mdat
 */
function keyFramesOf(
  source: FragmentSource,
  { dataBegin, size }: FragmentHead,
  begin: number,
): SentKeyFrames | undefined {
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

/** A fragment of one run. */
interface FragmentSource {
  readonly moof: ParsedBox;
  readonly traf: ParsedBox;
  /** Offsets count from the fragment's first byte. */
  readonly run: FragmentRun;
}

/** The sync samples of a fragment. */
interface KeySamples {
  readonly durations: number[];
  readonly sizes: number[];
  readonly compositionOffsets: number[];
  /** Their places in the fragment; consecutive samples are one place. */
  readonly places: { begin: number; end: number }[];
}

/** Finds the sync samples: each lasts until the next begins. */
function keySamples({ run }: FragmentSource): KeySamples {
  const keys: KeySamples = {
    ...{ durations: [], sizes: [], compositionOffsets: [], places: [] },
  };
  let at = run.offset;
  for (const [i, size] of run.size.entries()) {
    const isKey = run.sync[i] === 1;
    const duration = run.duration[i] ?? 0;
    // Samples before the first sync sample cannot be shown; the first sync sample gets their time.
    if (isKey) {
      keys.sizes.push(size);
      keys.durations.push(duration);
      keys.compositionOffsets.push(run.compositionOffset[i] ?? 0);
      const before = keys.places.at(-1);
      if (before?.end === at) before.end = at + size;
      else keys.places.push({ begin: at, end: at + size });
    } else if (keys.durations.length > 0) {
      const last = keys.durations.length - 1;
      keys.durations[last] = (keys.durations[last] ?? 0) + duration;
    }
    at += size;
  }
  return keys;
}

/** Every sample is a sync sample and depends on no other. ISO/IEC 14496-12 8.8.3.1 */
const SYNC_FLAGS = 0x02000000;

/** The moof of a fragment with only these samples. */
function moofWith(
  { moof: was, traf: wasTraf, run }: FragmentSource,
  keys: KeySamples,
  dataOffset: number,
): Uint8Array {
  const number = childBox(was, "mfhd");
  const time = childBox(wasTraf, "tfdt");
  const tfxd = childBox(wasTraf, TFXD_UUID.replaceAll("-", ""));
  return moof(
    mfhd(number ? numberField(number, "sequence_number") : 0),
    traf(
      tfhd(run.trackId, SYNC_FLAGS),
      ...(time ? [tfdt(numberField(time, "baseMediaDecodeTime"))] : []),
      trun({ ...keys, dataOffset }),
      ...(tfxd ? [copyOf(tfxd)] : []),
    ),
  );
}

function copyOf({ bytes, start, size }: ParsedBox): Uint8Array {
  return bytes.subarray(start, start + size);
}
