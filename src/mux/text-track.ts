import { open } from "node:fs/promises";
import { outputError } from "../errors.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import {
  newTable,
  type SampleTable,
  type TextSubtype,
  type Track,
} from "../media/track.js";

export interface TextStream {
  /** ISO 639-2/T. */
  readonly language: string;
  readonly subtype: TextSubtype;
}

/**
 * A track of documents, one to a fragment: ExoPlayer stalls at a fragment without a
 * document, and hasplayer reads only the first. The documents are written to a file and
 * copied from there like the samples of any other track.
 *
 * @param documents in order, one for each cut time
 * @param cutTimes where fragments begin, ascending from 0, in 10 MHz ticks
 * @param end of the last fragment, in 10 MHz ticks
 * @param path of the file, which is overwritten
 * @throws PackError `output` when the disk refuses
 */
export async function textTrack(
  documents: Iterable<Uint8Array>,
  cutTimes: readonly Ticks[],
  end: Ticks,
  { language, subtype }: TextStream,
  path: string,
): Promise<Track> {
  const samples = newTable(cutTimes.length);
  samples.decodeTime.set([...cutTimes, end]);
  samples.sync.fill(1);
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

/** Documents are written so many bytes at a time: there are thousands, of a few hundred bytes each. */
const WRITE_SIZE = 256 * 1024;

async function writeDocuments(
  documents: Iterable<Uint8Array>,
  samples: SampleTable,
  path: string,
): Promise<void> {
  const file = await open(path, "w");
  try {
    let [i, offset, waiting] = [0, 0, 0];
    let batch: Uint8Array[] = [];
    const flush = async () => {
      await file.writeFile(Buffer.concat(batch));
      [batch, waiting] = [[], 0];
    };
    for (const document of documents) {
      samples.offset[i] = offset;
      samples.size[i] = document.length;
      batch.push(document);
      [i, offset] = [i + 1, offset + document.length];
      waiting += document.length;
      if (waiting >= WRITE_SIZE) await flush();
    }
    await flush();
    if (i !== samples.count)
      throw new RangeError(`${i} documents for ${samples.count} fragments`);
  } finally {
    await file.close();
  }
}
