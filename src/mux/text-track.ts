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
 * Makes the text tracks of a film, one after another. All have the same times, and are written from one buffer: twenty
 * of each would take megabytes.
 */
export class TextTracks {
  readonly #times: SampleTimes;
  #buffer = Buffer.allocUnsafeSlow(WRITE_SIZE);

  /**
   * @param cutTimes where fragments begin, ascending from 0, in 10 MHz ticks
   * @param end of the last fragment, in 10 MHz ticks
   */
  constructor(cutTimes: readonly Ticks[], end: Ticks) {
    this.#times = newTimes(cutTimes.length);
    this.#times.decodeTime.set(cutTimes);
    this.#times.decodeTime[cutTimes.length] = end;
    this.#times.sync.fill(1);
  }

  /**
   * A track of documents, one to a fragment: ExoPlayer stalls at a fragment without a
   * document, and hasplayer reads only the first. The documents are written to a file and
   * copied from there like the samples of any other track.
   *
   * @param documents in order, one for each fragment; each is valid until the next one is asked for
   * @param path of the file, which is overwritten
   * @throws PackError `output` when the disk refuses
   */
  async make(
    documents: Iterable<Uint8Array>,
    { language, subtype }: TextStream,
    path: string,
  ): Promise<Track> {
    const samples = withPlaces(this.#times);
    await this.#write(documents, samples, path).catch((cause: unknown) => {
      throw outputError(path, cause);
    });
    return {
      ...{ codec: "ttml", config: new Uint8Array(), language, samples },
      format: { kind: "text", subtype },
      timescale: SMOOTH_TIMESCALE,
      files: [{ path, firstSample: 0 }],
    };
  }

  async #write(
    documents: Iterable<Uint8Array>,
    samples: SampleTable,
    path: string,
  ): Promise<void> {
    const file = await open(path, "w");
    try {
      let [i, offset, filled] = [0, 0, 0];
      const flush = async () => {
        await file.writeFile(this.#buffer.subarray(0, filled));
        filled = 0;
      };
      for (const document of documents) {
        const size = document.length;
        if (filled + size > this.#buffer.length) await flush();
        if (size > this.#buffer.length)
          this.#buffer = Buffer.allocUnsafeSlow(size);
        this.#buffer.set(document, filled);
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
}

/**
 * Documents are written so many bytes at a time: there are thousands, of a few hundred bytes each,
 * and a buffer for each would be so much garbage.
 */
const WRITE_SIZE = 32 * 1024;
