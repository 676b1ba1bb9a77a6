import { PackError } from "../errors.js";
import { at } from "../media/track.js";
import { contradiction } from "./contradiction.js";
import {
  childBox,
  numberField,
  numbersField,
  type ParsedBox,
} from "./parsed-box.js";

/**
 * One size for all samples takes no bytes a sample, so its count could claim
 * anything: a day of sound and 19 hours at 60 fps are believed.
 */
const MOST_OF_ONE_SIZE = 2 ** 22;

/**
 * The size of each sample. ISO/IEC 14496-12 8.7.3
 *
 * @throws PackError `input` for compact sizes, and for counts that cannot be
 */
export function sampleSizes(stbl: ParsedBox, where: string): Uint32Array {
  if (childBox(stbl, "stz2") !== undefined) {
    throw new PackError(
      "input",
      `${where}: sample sizes are in an stz2 box. Expected stsz.`,
      { hint: "Write the file again with a current ffmpeg." },
    );
  }
  const stsz = childBox(stbl, "stsz");
  const constant = stsz === undefined ? 0 : numberField(stsz, "sample_size");
  if (stsz === undefined || !(constant > 0))
    return Uint32Array.from(numbersField(stsz, "sample_sizes"));
  const count = numberField(stsz, "sample_count");
  if (count > MOST_OF_ONE_SIZE) {
    throw new PackError(
      "input",
      `${where}: stsz claims ${count} samples of ${constant} bytes. Expected at most ${MOST_OF_ONE_SIZE}.`,
      { hint: "The file's index is damaged." },
    );
  }
  return new Uint32Array(count).fill(constant);
}

/**
 * Where each sample begins in the file. ISO/IEC 14496-12 8.7.4, 8.7.5
 *
 * @throws PackError `input` when stsc and stco do not place every sample once
 */
export function sampleOffsets(
  stbl: ParsedBox,
  size: Uint32Array,
  where: string,
): Float64Array {
  const stco = childBox(stbl, "stco") ?? childBox(stbl, "co64");
  const chunks = numbersField(stco, "chunk_offsets");
  const offsets = new Float64Array(size.length);
  let i = 0;
  for (const { firstChunk, lastChunk, samples } of chunkRuns(
    stbl,
    chunks.length,
    where,
  )) {
    for (let chunk = firstChunk; chunk <= lastChunk; chunk++) {
      if (i + samples > size.length)
        throw contradiction(where, "stsc", i + samples, size.length);
      let position = at(chunks, chunk - 1);
      for (const end = i + samples; i < end; i++) {
        offsets[i] = position;
        position += at(size, i);
      }
    }
  }
  if (i !== size.length) throw contradiction(where, "stsc", i, size.length);
  return offsets;
}

/** Runs of chunks that hold equally many samples; chunks count from 1. ISO/IEC 14496-12 8.7.4 */
function* chunkRuns(stbl: ParsedBox, chunkCount: number, where: string) {
  const stsc = childBox(stbl, "stsc");
  const firsts = numbersField(stsc, "first_chunk");
  const perChunk = numbersField(stsc, "samples_per_chunk");
  let expected = 1;
  for (const [run, firstChunk] of firsts.entries()) {
    if (run === 0 ? firstChunk !== 1 : firstChunk < expected) {
      throw new PackError(
        "input",
        `${where}: stsc run ${run + 1} begins at chunk ${firstChunk}. Expected ${run === 0 ? 1 : `${expected} or later`}.`,
        {
          hint: "The file's index is damaged.",
        },
      );
    }
    expected = firstChunk + 1;
    const next = firsts[run + 1] ?? chunkCount + 1;
    const lastChunk = Math.min(next - 1, chunkCount);
    yield { firstChunk, lastChunk, samples: at(perChunk, run) };
  }
}
