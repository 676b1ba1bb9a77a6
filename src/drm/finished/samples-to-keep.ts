import type { Protected } from "../../media/presentation.js";
import { at, type SampleTable } from "../../media/track.js";
import type { TrackEncryption } from "./header.js";
import type { FoundSample } from "./found-samples.js";
import type { KeptEncryption, SubsampleTable } from "../protected-samples.js";

/** A row of saiz has one byte. ISO/IEC 14496-12 8.7.8 */
const LARGEST_ROW = 255;

/** A run of clear bytes has 16 bits. ISO/IEC 23001-7 7.2 */
const LONGEST_CLEAR = 0xffff;

type Runs = readonly (readonly [clear: number, hidden: number])[];

/**
 * Gathers how the samples of a track are encrypted. Samples are known by their places: a track may be cut, filled or put
 * in another order. Its sync samples become the begins of fragments. Those that nobody encrypted (silence, or a clear begin) become samples with no hidden byte.
 */
export class SamplesToKeep {
  readonly #samples: SampleTable;
  readonly #vectors: Uint8Array;
  readonly #ivSize: number;
  readonly #numbers: ReadonlyMap<number, number>;
  /** Undefined where all of a sample is hidden. */
  readonly #runs: (Runs | undefined)[];

  /** @param inFile whether sample `i` lies in the file whose samples are added */
  constructor(
    samples: SampleTable,
    { ivSize }: TrackEncryption,
    inFile: (i: number) => boolean,
  ) {
    const { count, size, offset } = samples;
    this.#samples = samples;
    this.#ivSize = ivSize;
    this.#vectors = new Uint8Array(new SharedArrayBuffer(count * ivSize));
    const numbers = new Map<number, number>();
    for (let i = 0; i < count; i++)
      if (inFile(i)) numbers.set(at(offset, i), i);
    this.#numbers = numbers;
    this.#runs = Array.from({ length: count }, (_, i) =>
      clearRuns(at(size, i)),
    );
  }

  /** A sample that the track does not have is left out. */
  add({ offset, isFirst, row }: FoundSample): void {
    const i = this.#numbers.get(offset);
    if (i === undefined) return;
    // Nobody can look for key frames, and old makers flagged every picture as one.
    this.#samples.sync[i] = isFirst ? 1 : 0;
    if (row === undefined) return;
    const { counter, runs } = row;
    const size = this.#ivSize;
    this.#vectors.set(counter.subarray(0, size), i * size);
    this.#runs[i] = runs && wholeRuns(runs, at(this.#samples.size, i));
  }

  /** @throws Error in one line for a sample with more subsamples than its box can count */
  kept(kid: Uint8Array, header: Protected): KeptEncryption {
    const hasRuns = this.#runs.some((runs) => runs !== undefined);
    return {
      ...{ encryption: "cenc", kid, header },
      ...{ ivSize: this.#ivSize, vectors: this.#vectors },
      subsamples: hasRuns ? this.#table() : undefined,
    };
  }

  #table(): SubsampleTable {
    const all = this.#runs.map(
      (runs, i): Runs => runs ?? [[0, at(this.#samples.size, i)]],
    );
    const count = all.reduce((sum, { length }) => sum + length, 0);
    const table = newTable(all.length, count);
    let k = 0;
    for (const [i, runs] of all.entries()) {
      const row = this.#ivSize + 2 + 6 * runs.length;
      if (row > LARGEST_ROW)
        throw new Error(
          `sample ${i + 1} has ${runs.length} subsamples, more than its saiz can count`,
        );
      table.first[i] = k;
      for (const [clear, hidden] of runs) {
        table.clear[k] = clear;
        table.encrypted[k++] = hidden;
      }
    }
    table.first[all.length] = k;
    return table;
  }
}

function newTable(samples: number, count: number) {
  const shared = (bytes: number) => new SharedArrayBuffer(bytes);
  return {
    first: new Uint32Array(shared(4 * (samples + 1))),
    clear: new Uint16Array(shared(2 * count)),
    encrypted: new Uint32Array(shared(4 * count)),
  };
}

function clearRuns(size: number): Runs {
  const whole = Math.floor(size / LONGEST_CLEAR);
  const rest = size - whole * LONGEST_CLEAR;
  const runs = new Array<readonly [number, number]>(whole).fill([
    LONGEST_CLEAR,
    0,
  ]);
  return rest > 0 || whole === 0 ? [...runs, [rest, 0]] : runs;
}

/**
 * Players want the subsamples of a sample to fill it. PIFF leaves bytes behind the last one clear.
 *
 * @throws Error in one line for more bytes than the sample has
 */
function wholeRuns(runs: Runs, size: number): Runs {
  const length = runs.reduce((sum, [clear, hidden]) => sum + clear + hidden, 0);
  if (length > size)
    throw new Error(`subsamples of ${length} bytes in a sample of ${size}`);
  return length === size ? runs : [...runs, ...clearRuns(size - length)];
}
