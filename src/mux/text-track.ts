import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { outputError } from "../errors.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import { newTable, type TextSubtype, type Track } from "../media/track.js";

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
  let [i, offset] = [0, 0];
  function* measured() {
    for (const document of documents) {
      samples.offset[i] = offset;
      samples.size[i] = document.length;
      offset += document.length;
      i++;
      yield document;
    }
  }
  await pipeline(
    Readable.from(measured(), { objectMode: true, highWaterMark: 64 }),
    createWriteStream(path),
  ).catch((cause: unknown) => {
    throw outputError(path, cause);
  });
  if (i !== samples.count)
    throw new RangeError(`${i} documents for ${samples.count} fragments`);
  return {
    ...{ codec: "ttml", config: new Uint8Array(), language, samples },
    format: { kind: "text", subtype },
    timescale: SMOOTH_TIMESCALE,
    files: [{ path, firstSample: 0 }],
  };
}
