import { descendants, type XmlElement } from "../util/xml.js";
import type { ServerTrack } from "./server-manifest.js";

/** The content of an .ismc, read as a client reads it. Missing numbers are NaN. */
export interface ClientManifest {
  readonly file: string;
  readonly root: XmlElement;
  /** In 10 MHz ticks. */
  readonly duration: number;
  readonly streams: readonly ClientStream[];
}

export interface ClientStream {
  readonly element: XmlElement;
  readonly name: string;
  readonly levels: readonly ClientLevel[];
  readonly runs: Iterable<ChunkRun>;
  /** Fragments in all runs. */
  readonly chunkCount: number;
}

export interface ClientLevel {
  readonly bitrate: number;
  readonly attributes: ReadonlyMap<string, string>;
  /** CustomAttributes: addresses have them after the bitrate. MS-SSTR 2.2.2.5.1 */
  readonly custom: ReadonlyMap<string, string>;
}

/** A fragment as the manifest announces it, in 10 MHz ticks. */
export interface ClientChunk {
  /** Its address. Live encoders count from 1601 or 1970, which no double holds. */
  readonly time: bigint;
  readonly duration: number;
}

/** Consecutive `c` elements of one duration. MS-SSTR 2.2.2.6 */
export interface ChunkRun extends ClientChunk {
  /** The number of fragments. An `r` may claim any number, so runs are never expanded. */
  readonly count: number;
}

/** Reads an .ismc. MS-SSTR 2.2.2 */
export function readClientManifest(
  root: XmlElement,
  file: string,
): ClientManifest {
  const rows = new KnownRows();
  const streams = descendants(root, "StreamIndex").map((element) =>
    readStream(element, rows),
  );
  return { file, root, duration: numberIn(root, "Duration"), streams };
}

/** An attribute as a number; NaN when it is missing. */
export function numberIn(element: XmlElement, attribute: string): number {
  return Number(element.attributes.get(attribute) ?? Number.NaN);
}

function readStream(element: XmlElement, rows: KnownRows): ClientStream {
  const levels = descendants(element, "QualityLevel").map((level) => ({
    bitrate: numberIn(level, "Bitrate"),
    attributes: level.attributes,
    custom: customOf(level),
  }));
  const type = element.attributes.get("Type") ?? "";
  const name = element.attributes.get("Name") ?? type;
  const runs = rows.runsOf(descendants(element, "c"));
  const { chunkCount } = runs;
  return { element, name, levels, runs, chunkCount };
}

function customOf(level: XmlElement): Map<string, string> {
  const pairs = descendants(level, "Attribute").map(
    ({ attributes }): [string, string] => [
      attributes.get("Name") ?? "",
      attributes.get("Value") ?? "",
    ],
  );
  return new Map(pairs);
}

/** Captions are cut like the picture: twenty languages of a film have the same runs. */
class KnownRows {
  readonly #known: {
    readonly rows: readonly XmlElement[];
    readonly runs: ChunkRuns;
  }[] = [];

  runsOf(rows: readonly XmlElement[]): ChunkRuns {
    const same = this.#known.find((one) => areSame(one.rows, rows));
    const runs = same?.runs ?? readRuns(rows);
    if (same === undefined && this.#known.length < MOST_KNOWN)
      this.#known.push({ rows, runs });
    return runs;
  }
}

/** The picture, its sounds and its captions; those of other makers may all differ. */
const MOST_KNOWN = 4;

/** The parser gives one object for elements that are alike. */
function areSame(a: readonly XmlElement[], b: readonly XmlElement[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}

/** A valid `t`, else the end of the run before. MS-SSTR 2.2.2.6 */
function readRuns(rows: readonly XmlElement[]): ChunkRuns {
  let end = 0n;
  const runs = new ChunkRuns(rows.reduce((sum, { times }) => sum + times, 0));
  for (const c of oneByOne(rows)) {
    const time = timeIn(c.attributes.get("t") ?? "") ?? end;
    const duration = numberIn(c, "d");
    const repeat = Math.ceil(Number(c.attributes.get("r") ?? 1));
    const count = repeat > 0 ? repeat : 0;
    runs.add({ time, duration, count }, time === end);
    end = count === 0 ? end : time + ticks(duration * count);
  }
  return runs;
}

/** Each element as often as it stands there. */
function* oneByOne(rows: readonly XmlElement[]): Generator<XmlElement, void> {
  for (const row of rows) for (let i = 0; i < row.times; i++) yield row;
}

/** Columns: the sound of a film has thousands of runs, and an object for each would be kept for the whole check. */
class ChunkRuns implements Iterable<ChunkRun> {
  chunkCount = 0;
  readonly #time: BigInt64Array;
  readonly #duration: Float64Array;
  readonly #count: Float64Array;
  #length = 0;

  constructor(most: number) {
    this.#time = new BigInt64Array(most);
    this.#duration = new Float64Array(most);
    this.#count = new Float64Array(most);
  }

  /** @param isNext it begins where the run before ends */
  add({ time, duration, count }: ChunkRun, isNext: boolean): void {
    this.chunkCount += count;
    if (isNext && this.#isLastAlike(duration, count)) {
      const last = this.#length - 1;
      this.#count[last] = (this.#count[last] ?? 0) + count;
      return;
    }
    this.#time[this.#length] = time;
    this.#duration[this.#length] = duration;
    this.#count[this.#length++] = count;
  }

  *[Symbol.iterator](): Generator<ChunkRun, void> {
    for (let i = 0; i < this.#length; i++)
      yield {
        time: this.#time[i] ?? 0n,
        duration: this.#duration[i] ?? NaN,
        count: this.#count[i] ?? 0,
      };
  }

  /** A fault of each fragment is told, so only what is right is joined. */
  #isLastAlike(duration: number, count: number): boolean {
    const before = this.#count[this.#length - 1] ?? 0;
    const total = (before + count) * duration;
    const isWhole = Number.isInteger(duration) && Number.isSafeInteger(total);
    const isFull = before > 0 && count > 0 && duration > 0;
    return this.#duration[this.#length - 1] === duration && isWhole && isFull;
  }
}

/**
 * The time in an address or a manifest: 64 bits without a sign, returned as 64 bits with a
 * sign.
 */
export function timeIn(text: string): bigint | undefined {
  return /^\d{1,20}$/.test(text) ? BigInt.asIntN(64, BigInt(text)) : undefined;
}

/** An invalid duration does not move the following times. */
function ticks(duration: number): bigint {
  return Number.isFinite(duration) ? BigInt(Math.round(duration)) : 0n;
}

/** The begin of the presentation: a former live presentation does not begin at 0. */
export function firstTime({ streams }: ClientManifest): bigint {
  const begins = streams.flatMap(({ runs: [first] }) =>
    first === undefined ? [] : [first.time],
  );
  return begins.reduce((a, b) => (b < a ? b : a), begins[0] ?? 0n);
}

/** The fragments of a stream one by one; a manifest may claim endless ones. */
export function* chunksOf({ runs }: ClientStream): Generator<ClientChunk> {
  for (const { time, duration, count } of runs)
    for (let k = 0; k < count; k++)
      yield { time: time + ticks(k * duration), duration };
}

/**
 * The level of a stream that a track holds. Of several levels with its bitrate, the one
 * with its custom attributes.
 */
export function levelOfTrack(
  stream: ClientStream | undefined,
  { bitrate, params }: ServerTrack,
): ClientLevel | undefined {
  const levels = stream?.levels.filter((level) => level.bitrate === bitrate);
  return levels?.find(({ custom }) => hasAll(params, custom)) ?? levels?.[0];
}

/**
 * Whether a track has all attributes of a level, or of an address. An attribute that its
 * .ism does not name is no difference.
 */
export function hasAll(
  params: ReadonlyMap<string, string>,
  custom: ReadonlyMap<string, string>,
): boolean {
  return [...custom].every(([name, value]) => {
    const own = params.get(name);
    return own === undefined || own === value;
  });
}

/** `QualityLevels(BITRATE,NAME=VALUE)/Fragments(STREAM)`. MS-SSTR 2.2.3 */
export function levelAddress(
  stream: string,
  bitrate: number,
  custom: ReadonlyMap<string, string>,
): string {
  const attributes = [...custom].map(([name, value]) => `,${name}=${value}`);
  return `QualityLevels(${bitrate}${attributes.join("")})/Fragments(${stream})`;
}
