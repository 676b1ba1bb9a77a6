import { open } from "node:fs/promises";
import { outputError } from "../errors.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import {
  newTimes,
  type SampleTable,
  type SampleTimes,
  type TextSubtype,
  type Track,
  withPlaces,
} from "../media/track.js";

export interface TextStream {
  /** ISO 639-2/T. */
  readonly language: string;
  readonly subtype: TextSubtype;
}

/**
 * The times of all text tracks of a film: twenty copies would take 2 MB.
 *
 * @param cutTimes where fragments begin, ascending from 0, in 10 MHz ticks
 * @param end of the last fragment, in 10 MHz ticks
 */
export function textTimes(cutTimes: readonly Ticks[], end: Ticks): SampleTimes {
  const times = newTimes(cutTimes.length);
  times.decodeTime.set(cutTimes);
  times.decodeTime[cutTimes.length] = end;
  times.sync.fill(1);
  return times;
}

/**
 * A track of documents, one to a fragment: ExoPlayer stalls at a fragment without a
 * document, and hasplayer reads only the first. The documents are written to a file and
 * copied from there like the samples of any other track.
 *
 * @param documents in order, one for each fragment
 * @param path of the file, which is overwritten
 * @throws PackError `output` when the disk refuses
 */
export async function textTrack(
  documents: Iterable<string>,
  times: SampleTimes,
  { language, subtype }: TextStream,
  path: string,
): Promise<Track> {
  const samples = withPlaces(times);
  await writeDocuments(documents, samples, path).catch((cause: unknown) => {
    throw outputError(path, cause);
  });
  return {
    ...{ codec: "ttml", config: new Uint8Array(), language, samples },
    format: { kind: "text", subtype },
    timescale: SMOOTH_TIMESCALE,
    files: [{ path, firstSample: 0 }],
  };
}

/**
 * Documents are written so many bytes at a time, from one buffer: there are thousands, of a few
 * hundred bytes each, and a buffer for each would be so much garbage.
 */
const WRITE_SIZE = 64 * 1024;

/** Of a UTF-16 code unit in UTF-8. */
const MOST_BYTES = 3;

async function writeDocuments(
  documents: Iterable<string>,
  samples: SampleTable,
  path: string,
): Promise<void> {
  const file = await open(path, "w");
  try {
    let [i, offset, filled] = [0, 0, 0];
    let buffer = Buffer.allocUnsafeSlow(WRITE_SIZE);
    const flush = async () => {
      await file.writeFile(buffer.subarray(0, filled));
      filled = 0;
    };
    for (const document of documents) {
      const most = MOST_BYTES * document.length;
      if (filled + most > buffer.length) await flush();
      if (most > buffer.length) buffer = Buffer.allocUnsafeSlow(most);
      const size = buffer.write(document, filled);
      samples.offset[i] = offset;
      samples.size[i] = size;
      i++;
      [offset, filled] = [offset + size, filled + size];
    }
    await flush();
    if (i !== samples.count)
      throw new RangeError(`${i} documents for ${samples.count} fragments`);
  } finally {
    await file.close();
  }
}
