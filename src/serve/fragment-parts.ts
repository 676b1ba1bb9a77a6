import type { FragmentNoun } from "../smooth/address.js";
import type { Exchange } from "./exchange.js";
import { sendKeyFrames } from "./send-key-frames.js";
import { sendPart, type Reading } from "./send-part.js";
import { describe, headOf, type Fragment } from "./send-fragment.js";

/** What may be asked of a fragment beside the whole. */
export type PartNoun = Exclude<FragmentNoun, "Fragments">;

/**
 * Sends a part of a fragment: its moof, its samples, or its key frames. MS-SSTR
 * names these nouns; players ask for the last when they wind.
 */
export async function sendFragmentPart(
  exchange: Exchange,
  fragment: Fragment,
  noun: PartNoun,
  reading: Reading,
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

/** Of their ETags: the bytes are others than the fragment's. */
const SUFFIXES = { FragmentInfo: "i", RawFragments: "r" } as const;
