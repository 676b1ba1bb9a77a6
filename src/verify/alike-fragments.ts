import { codecOfSampleEntry } from "../codecs/index.js";
import { TFXD_UUID } from "../isobmff/boxes/fragment.js";
import { viewOf } from "../isobmff/bytes.js";
import { boxAt, type ParsedBox } from "../isobmff/parsed-box.js";
import { parseBoxes } from "../isobmff/source.js";
import { TRUN } from "../isobmff/table-rows.js";
import { Findings } from "./finding.js";
import { checkFragment, type CheckedRun } from "./fragment-check.js";
import { fragmentSpan, type TrackReader } from "./track-reader.js";

/**
 * Recognizes right fragments of one sample, as captions have: each moof has the same bytes as the
 * first, but for its numbers. Twenty captions of a film have 100,000, and the general check takes
 * ten times as long. A fragment with any other byte, or a wrong number, is left to that check.
 */
export class AlikeFragments {
  #pattern: Pattern | undefined;
  #tries = MOST_TRIES;

  constructor(
    private readonly reader: TrackReader,
    private readonly sampleEntry: string,
  ) {}

  /** @returns undefined for a fragment that is not known to be right */
  check(i: number, head: Uint8Array): CheckedRun | undefined {
    return this.#pattern && this.#checked(this.#pattern, i, head);
  }

  /** Takes a fragment as the pattern when the general check finds nothing in it. */
  learn(i: number, head: Uint8Array, run: CheckedRun | undefined): void {
    if (run?.samples !== 1 || --this.#tries < 0) return;
    const own = new Findings();
    checkFragment(this.reader, i, head, this.sampleEntry, own);
    const pattern = patternOf(head, run);
    if (pattern === undefined || own.list().length > 0) return;
    this.#pattern = pattern;
    // What it says itself must be what the general check has read.
    if (this.check(i, head)?.duration !== run.duration)
      this.#pattern = undefined;
  }

  #checked(
    pattern: Pattern,
    i: number,
    head: Uint8Array,
  ): CheckedRun | undefined {
    const { moof, isNumber, numbers, hasTime, firstOffset } = pattern;
    if (head.length < moof.length + 8) return undefined;
    for (let at = 0; at < moof.length; at++)
      if (head[at] !== moof[at] && isNumber[at] !== 1) return undefined;
    const { reader } = this;
    const { time, begin, end } = fragmentSpan(reader, i);
    const view = viewOf(head);
    const duration = view.getUint32(numbers.duration);
    const bytes = view.getUint32(numbers.size);
    const isRight =
      view.getUint32(numbers.sequence) === i + 1 &&
      view.getUint32(moof.length) === bytes + 8 &&
      view.getUint32(moof.length + 4) === MDAT &&
      end - begin === moof.length + 8 + bytes &&
      (numbers.time === undefined ||
        (view.getBigInt64(numbers.time) === time &&
          view.getBigUint64(numbers.time + 8) === BigInt(duration))) &&
      !reader.index.others.has(i) &&
      this.#begins(head.subarray(moof.length + 8));
    if (!isRight) return undefined;
    // A plain literal, as in fragment-check.ts.
    return {
      samples: 1,
      bytes,
      duration,
      firstOffset,
      earliest: firstOffset,
      latest: firstOffset + duration,
      hasTime,
      sequence: i + 1,
    };
  }

  #begins(sample: Uint8Array): boolean {
    const codec = codecOfSampleEntry(this.sampleEntry);
    return codec?.firstSampleError(sample) === undefined;
  }
}

/** A track whose fragments are not alike is not asked again and again. */
const MOST_TRIES = 4;

/** "mdat" */
const MDAT = 0x6d646174;

interface Pattern {
  readonly moof: Uint8Array;
  /** 1 for each byte of the moof that belongs to a number. */
  readonly isNumber: Uint8Array;
  readonly numbers: Places;
  readonly hasTime: boolean;
  readonly firstOffset: number;
}

/** Places in a moof. */
interface Places {
  readonly sequence: number;
  /** Of the sample. */
  readonly duration: number;
  readonly size: number;
  /** Of a tfxd with 64 bits; its duration follows. */
  readonly time: number | undefined;
}

function patternOf(
  head: Uint8Array,
  { hasTime, firstOffset }: CheckedRun,
): Pattern | undefined {
  const size = head.length < 8 ? 0 : viewOf(head).getUint32(0);
  const moof = new Uint8Array(head.subarray(0, size));
  const numbers = placesIn(moof);
  if (numbers === undefined || moof.length !== size) return undefined;
  const isNumber = new Uint8Array(size);
  for (const place of [numbers.sequence, numbers.duration, numbers.size])
    isNumber.fill(1, place, place + 4);
  if (numbers.time !== undefined)
    isNumber.fill(1, numbers.time, numbers.time + 16);
  return { moof, isNumber, numbers, hasTime, firstOffset };
}

const TFXD = TFXD_UUID.replaceAll("-", "");

/** Undefined for boxes in another form than captions have. */
function placesIn(bytes: Uint8Array): Places | undefined {
  const [moof] = parseBoxes(bytes, undefined, TRUN);
  const mfhd = moof && boxAt(moof, ["mfhd"]);
  const trun = moof && boxAt(moof, ["traf", "trun"]);
  const tfxd = moof && boxAt(moof, ["traf", TFXD]);
  const row = trun && rowIn(trun);
  if (mfhd === undefined || row === undefined) return undefined;
  const isLong =
    tfxd?.size === TFXD_SIZE && bytes[tfxd.start + UUID_HEADER] === 1;
  if (tfxd !== undefined && !isLong) return undefined;
  return {
    ...{ sequence: mfhd.start + FULL_BOX, duration: row, size: row + 4 },
    time: tfxd && tfxd.start + UUID_HEADER + 4,
  };
}

/** Size, type and 16 bytes of a uuid box. */
const UUID_HEADER = 24;

/** With 64 bits. MS-SSTR 2.2.4.4 */
const TFXD_SIZE = 44;

/** Size, type, version and flags. */
const FULL_BOX = 12;

/** Where the row of the sample begins; undefined when it lacks duration or size. ISO/IEC 14496-12 8.8.8 */
function rowIn({ bytes, start }: ParsedBox): number | undefined {
  const flags = viewOf(bytes).getUint32(start + 8) & 0xffffff;
  if ((flags & ROW) !== ROW) return undefined;
  const front = [DATA_OFFSET, FIRST_SAMPLE_FLAGS];
  const words = front.filter((flag) => (flags & flag) !== 0).length;
  return start + FULL_BOX + 4 + 4 * words;
}

const DATA_OFFSET = 0x000001;
const FIRST_SAMPLE_FLAGS = 0x000004;

/** Duration and size of each sample. */
const ROW = 0x000300;
