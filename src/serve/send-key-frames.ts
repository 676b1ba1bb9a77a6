import type { FragmentNoun } from "../smooth/address.js";
import { ERRORS, sendError } from "./error-answers.js";
import type { Exchange } from "./exchange.js";
import { readKeyFrames, type SentKeyFrames } from "./key-frames.js";
import { FileChanged, isUnchanged, type OpenFile } from "./open-files.js";
import { readFully } from "./read-bytes.js";
import { describe, type ServedFragment, headOf } from "./send-fragment.js";
import { sendPart, type FileReading } from "./send-part.js";

/**
 * Sends a fragment with only its sync samples, for winding. It has the same duration and a new
 * moof. The samples are read as they are sent: a slow reader holds a buffer, as with every
 * fragment.
 */
async function sendKeyFrames(
  exchange: Exchange,
  fragment: ServedFragment,
  reading: FileReading,
): Promise<void> {
  const { open } = reading;
  const part = { ...describe(fragment, "k"), begin: 0 };
  const frames = await readKeyFrames(fragment, open);
  if (!isUnchanged(open, part.file)) throw new FileChanged(part.file.path);
  if (frames === undefined) return sendError(exchange, ERRORS.noKeyFrames);
  const { size } = frames;
  const read: typeof readFully = async (file, buffer, length, position) =>
    fill(frames, file, buffer.subarray(0, length), position);
  await sendPart(exchange, { ...part, size }, { ...reading, read });
}

/** Fills a buffer from a position of the key frames. */
async function fill(
  { head, spans }: SentKeyFrames,
  open: OpenFile,
  buffer: Buffer,
  position: number,
): Promise<void> {
  const end = position + buffer.length;
  buffer.set(head.subarray(position, end));
  for (const { at, from, size } of spans) {
    const begin = Math.max(at, position);
    const length = Math.min(at + size, end) - begin;
    if (length <= 0) continue;
    const place = buffer.subarray(begin - position);
    await readFully(open, place, length, from + begin - at);
  }
}

/** The nouns for a part of a fragment. */
type PartNoun = Exclude<FragmentNoun, "Fragments">;

/**
 * Sends a part of a fragment: its moof, its samples, or its key frames. MS-SSTR names these nouns;
 * players ask for key frames when they wind.
 */
export async function sendFragmentPart(
  exchange: Exchange,
  fragment: ServedFragment,
  noun: PartNoun,
  reading: FileReading,
): Promise<void> {
  if (noun === "KeyFrames") return sendKeyFrames(exchange, fragment, reading);
  const { moofSize, dataBegin, size } = await headOf(fragment, reading.open);
  const part = describe(fragment, SUFFIXES[noun]);
  await sendPart(
    exchange,
    noun === "FragmentInfo"
      ? { ...part, size: moofSize }
      : { ...part, begin: part.begin + dataBegin, size: size - dataBegin },
    reading,
  );
}

/** Suffixes of their ETags: the bytes differ from the fragment's. */
const SUFFIXES = { FragmentInfo: "i", RawFragments: "r" } as const;
