import { codecOfSampleEntry, type Codec } from "../codecs/index.js";
import { PackError, throwIfAborted } from "../errors.js";
import {
  childBox,
  numberField,
  type ParsedBox,
} from "../isobmff/parsed-box.js";
import { parseBoxes } from "../isobmff/source.js";
import { TRUN, trunRows, type TrunRows } from "../isobmff/table-rows.js";
import type { DecodeSource } from "./decode-source.js";
import type { Findings } from "./finding.js";
import type { CheckedTrack } from "./package-check.js";

/**
 * Looks at every sample of a track whose decoder passes over damage without a word: of
 * Dolby sound, ffmpeg looks for the next sync word.
 */
export async function checkSamples(
  { file, fragments }: CheckedTrack,
  source: DecodeSource,
  findings: Findings,
  signal?: AbortSignal,
): Promise<void> {
  for (let i = 0; i < fragments; i++) {
    throwIfAborted(signal);
    const bytes = await source.alone(i);
    if (bytes === undefined) return; // a finding tells it
    const boxes = parseBoxes(bytes, () => undefined, TRUN);
    const errorOf = checkOf(boxes.find(({ type }) => type === "moov"));
    if (errorOf === undefined) return;
    let number = 0;
    for (const sample of samplesIn(bytes, boxes)) {
      const error = errorOf(sample);
      number++;
      if (error !== undefined)
        findings.in(file, i + 1).fault("decode", `sample ${number} ${error}`);
    }
  }
}

/** The codec's own question, with the configuration in the file's header. */
function checkOf(
  moov: ParsedBox | undefined,
): ((sample: Uint8Array) => string | undefined) | undefined {
  const path = ["trak", "mdia", "minf", "stbl", "stsd"];
  const stsd = path.reduce((box, type) => box && childBox(box, type), moov);
  const entry = stsd?.children[0];
  const codec = entry && codecOfSampleEntry(entry.type);
  if (codec?.sampleError === undefined) return undefined;
  const config = configOf(codec, entry);
  return config && ((sample) => codec.sampleError?.(sample, config));
}

/** A configuration that is not understood was compared with the manifest already. */
function configOf(codec: Codec, entry: ParsedBox | undefined) {
  try {
    return entry && codec.readConfig(entry, entry.type);
  } catch (error) {
    if (error instanceof PackError) return undefined;
    throw error;
  }
}

/** Samples of the fragment; those that lie outside of it, or have no rows, are another rule's. */
function* samplesIn(
  bytes: Uint8Array,
  boxes: readonly ParsedBox[],
): Generator<Uint8Array, void> {
  const moof = boxes.find(({ type }) => type === "moof");
  const traf = moof && childBox(moof, "traf");
  const tfhd = traf && childBox(traf, "tfhd");
  const rows = traf && rowsOf(childBox(traf, "trun"));
  if (!moof || !tfhd || !rows) return;
  const usual = numberField(tfhd, "default_sample_size");
  if (!rows.hasRows && usual === 0) return;
  let at = moof.start + (rows.dataOffset ?? moof.size + 8);
  for (let i = 0; i < rows.count; i++) {
    const size = rows.size(i) ?? usual;
    if (at + size > bytes.length) return;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

function rowsOf(trun: ParsedBox | undefined): TrunRows | undefined {
  try {
    return trun && trunRows(trun);
  } catch {
    return undefined;
  }
}
