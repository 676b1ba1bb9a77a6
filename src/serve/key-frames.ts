import { messageOf } from "../errors.js";
import { concat } from "../isobmff/bytes.js";
import {
  mdatHeader,
  mfhd,
  moof,
  tfdt,
  tfhd,
  traf,
  trun,
} from "../isobmff/boxes/fragment.js";
import { TFXD_UUID } from "../isobmff/boxes/smooth.js";
import {
  newBudget,
  runsOfFragment,
  trackDefaults,
  type FragmentRun,
} from "../isobmff/fragment-runs.js";
import { parseMoov } from "../isobmff/movie.js";
import {
  childBox,
  numberField,
  type ParsedBox,
} from "../isobmff/parsed-box.js";
import { readAt, scanBoxes } from "../isobmff/scan.js";
import { parseBoxes } from "../isobmff/source.js";
import { TRUN } from "../isobmff/trun-rows.js";
import type { Exchange } from "./exchange.js";
import { NoFragment, type FragmentHead } from "./fragment-head.js";
import { FileChanged, isUnchanged, type OpenFile } from "./open-files.js";
import { sendBody } from "./send-body.js";
import { describe, headOf, type Fragment } from "./send-fragment.js";
import type { Reading } from "./send-part.js";
import { sendSentence } from "./reply.js";

/** Larger fragments are not rewritten: they would have to be held. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * Sends a fragment with nothing but its sync samples, for winding: a moof made
 * anew, in which each lasts until the next begins, so that the fragment is as long
 * as it was.
 */
export async function sendKeyFrames(
  exchange: Exchange,
  fragment: Fragment,
  { open }: Reading,
): Promise<void> {
  const head = await headOf(fragment, open);
  const part = describe(fragment, "k");
  const source = await readSource(fragment, head, open);
  if (source === undefined) {
    const sentence = "Key frames of this fragment cannot be told from others.";
    return sendSentence(exchange, 404, sentence);
  }
  const bytes = keyFramesOf(source);
  if (!isUnchanged(open, part.file)) throw new FileChanged(part.file.path);
  await sendBody(exchange, part, Buffer.from(bytes));
}

interface Source {
  readonly moof: ParsedBox;
  readonly traf: ParsedBox;
  readonly run: FragmentRun;
  /** The fragment's bytes; offsets of the run count from their first. */
  readonly bytes: Uint8Array;
}

/** @returns undefined where samples cannot be taken apart: several runs, or encrypted ones */
async function readSource(
  { level, number }: Fragment,
  head: FragmentHead,
  open: OpenFile,
): Promise<Source | undefined> {
  if (head.size > MOST_BYTES) return undefined;
  const begin = level.fragments.offset[number] ?? 0;
  const bytes = await readAt(open.handle, begin, head.size);
  const [moof] = parseBoxes(
    bytes.subarray(0, head.moofSize),
    (text) => {
      throw new NoFragment(text);
    },
    TRUN,
  );
  const traf = moof && childBox(moof, "traf");
  if (moof === undefined || traf === undefined) throw new NoFragment("no traf");
  const isEncrypted = traf.children.some(
    ({ type, uuid }) => ENCRYPTED.has(type) || ENCRYPTED.has(uuid ?? ""),
  );
  const defaults = await readDefaults(open, level.file.size);
  const runs = runsIn(moof, defaults);
  const [run] = runs;
  if (isEncrypted || run === undefined || runs.length > 1) return undefined;
  return { moof, traf, run, bytes };
}

/** Boxes that say how samples are encrypted, a row each; the last is PIFF's. */
const ENCRYPTED = new Set([
  "senc",
  "saiz",
  "saio",
  "a2394f525a9b4f14a2446c427c648df4",
]);

function runsIn(
  moof: ParsedBox,
  defaults: ReturnType<typeof trackDefaults>,
): FragmentRun[] {
  try {
    return runsOfFragment(moof, 0, defaults, newBudget(), "fragment");
  } catch (error) {
    throw new NoFragment(messageOf(error));
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

interface KeySamples {
  readonly durations: number[];
  readonly sizes: number[];
  readonly compositionOffsets: number[];
  readonly data: Uint8Array[];
}

function keySamples({ run, bytes }: Source): KeySamples {
  const keys: KeySamples = {
    ...{ durations: [], sizes: [], compositionOffsets: [], data: [] },
  };
  let at = run.offset;
  for (const [i, size] of run.size.entries()) {
    const isKey = run.sync[i] === 1;
    const duration = run.duration[i] ?? 0;
    // What comes before the first sync sample cannot be shown; its time is the first's.
    if (isKey) {
      keys.sizes.push(size);
      keys.durations.push(duration);
      keys.compositionOffsets.push(run.compositionOffset[i] ?? 0);
      keys.data.push(bytes.subarray(at, at + size));
    } else if (keys.durations.length > 0) {
      const last = keys.durations.length - 1;
      keys.durations[last] = (keys.durations[last] ?? 0) + duration;
    }
    at += size;
  }
  return keys;
}

/** All samples are sync samples that depend on no other. ISO/IEC 14496-12 8.8.3.1 */
const SYNC_FLAGS = 0x02000000;

/** A moof and an mdat with the sync samples alone. ISO/IEC 14496-12 8.8 */
function keyFramesOf(source: Source): Uint8Array {
  const keys = keySamples(source);
  const data = concat(keys.data);
  const boxes = (dataOffset: number) => moofWith(source, keys, dataOffset);
  const head = boxes(boxes(0).length + 8);
  return concat([head, mdatHeader(data.length), data]);
}

function moofWith(
  { moof: was, traf: wasTraf, run }: Source,
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
