import { codecOfSampleEntry } from "../codecs/index.js";
import { TFXD_UUID } from "../isobmff/boxes/smooth.js";
import {
  childBox,
  childBoxes,
  numberField,
  numbersField,
  type ParsedBox,
} from "../isobmff/parsed-box.js";
import { parseBoxes } from "../isobmff/source.js";
import type { Findings } from "./finding.js";
import { readHead, type TrackReader } from "./track-reader.js";

/** What a fragment's own boxes say. */
export interface FragmentReading {
  readonly time: number;
  readonly duration: number;
  readonly samples: number;
  /** Bytes of the samples. */
  readonly bytes: number;
}

/**
 * Reads the moof of one fragment and the first bytes of its samples, and
 * checks them against each other and against the index.
 *
 * @param i which entry of the index
 * @returns undefined, with a finding, when there is no moof to read
 */
export async function checkFragment(
  reader: TrackReader,
  i: number,
  sampleEntryType: string,
  findings: Findings,
): Promise<FragmentReading | undefined> {
  const entry = reader.index[i];
  if (entry === undefined) return undefined;
  const say = new FragmentFindings(reader.name, i + 1, findings);
  const end = reader.index[i + 1]?.moof_offset ?? reader.mfraOffset;
  const head = await readHead(reader, entry.moof_offset, end);
  const moof = parseMoof(head);
  const traf = moof && childBox(moof, "traf");
  const trun = traf && childBox(traf, "trun");
  if (moof === undefined || traf === undefined || trun === undefined) {
    say.finding(
      "fragment",
      `no moof with a traf and a trun at the index's offset ${entry.moof_offset}`,
    );
    return undefined;
  }
  const reading = readRun(traf, trun);
  checkLayout(
    moof,
    traf,
    trun,
    reading,
    { head, extent: end - entry.moof_offset },
    say,
  );
  checkTimes(traf, trun, reading, entry.time, say);
  say.expect("track-id", "track_ID in tfhd", trackIdOf(traf), reader.trackId);
  checkFirstSample(head, moof, sampleEntryType, say);
  return reading;
}

/** Findings about one fragment. */
class FragmentFindings {
  readonly #file: string;
  readonly #fragment: number;
  readonly #findings: Findings;

  constructor(file: string, fragment: number, findings: Findings) {
    this.#file = file;
    this.#fragment = fragment;
    this.#findings = findings;
  }

  finding(rule: string, message: string): void {
    this.#findings.add({
      rule,
      file: this.#file,
      fragment: this.#fragment,
      message,
    });
  }

  expect(
    rule: string,
    message: string,
    found: number | string | undefined,
    expected: number | string,
  ): void {
    this.#findings.expect(
      { rule, file: this.#file, fragment: this.#fragment, message },
      found,
      expected,
    );
  }
}

function parseMoof(head: Uint8Array): ParsedBox | undefined {
  if (head.length < 8) return undefined;
  const size = new DataView(head.buffer, head.byteOffset).getUint32(0);
  const [moof] = parseBoxes(head.subarray(0, Math.min(size, head.length)));
  return moof?.type === "moof" ? moof : undefined;
}

function readRun(traf: ParsedBox, trun: ParsedBox): FragmentReading {
  const tfhd = childBox(traf, "tfhd");
  const samples = numberField(trun, "sample_count");
  const sumOf = (field: string, fallback: string) => {
    const values = numbersField(trun, field);
    const each = tfhd === undefined ? 0 : numberField(tfhd, fallback);
    return values.length === 0
      ? samples * each
      : values.reduce((sum, value) => sum + value, 0);
  };
  const tfxd = childBox(traf, TFXD);
  return {
    samples,
    time: tfxd === undefined ? Number.NaN : numberField(tfxd, "absolute_time"),
    duration: sumOf("sample_duration", "default_sample_duration"),
    bytes: sumOf("sample_size", "default_sample_size"),
  };
}

/** Boxes, sizes and offsets: what a client needs to find the samples. */
function checkLayout(
  moof: ParsedBox,
  traf: ParsedBox,
  trun: ParsedBox,
  reading: FragmentReading,
  { head, extent }: { head: Uint8Array; extent: number },
  say: FragmentFindings,
): void {
  const tfhd = childBox(traf, "tfhd");
  say.expect(
    "one-traf",
    "number of traf boxes",
    childBoxes(moof, "traf").length,
    1,
  );
  say.expect(
    "one-trun",
    "number of trun boxes",
    childBoxes(traf, "trun").length,
    1,
  );
  say.expect(
    "base-data-offset",
    "base-data-offset-present flag of tfhd",
    tfhd && numberField(tfhd, "flags") & 1,
    0,
  );
  say.expect(
    "data-offset",
    "data_offset of trun",
    numberField(trun, "data_offset"),
    moof.size + 8,
  );
  say.expect("mdat", "box after moof", asciiAt(head, moof.size + 4), "mdat");
  const mdatSize =
    moof.size + 4 <= head.length ? uint32At(head, moof.size) : Number.NaN;
  say.expect("mdat", "size of mdat", mdatSize, reading.bytes + 8);
  say.expect(
    "index",
    "bytes up to the next fragment",
    extent,
    moof.size + mdatSize,
  );
}

/** Presentation begins and ends with the fragment, whatever order frames are decoded in. */
function checkTimes(
  traf: ParsedBox,
  trun: ParsedBox,
  reading: FragmentReading,
  indexTime: number,
  say: FragmentFindings,
): void {
  const tfxd = childBox(traf, TFXD);
  const tfdt = childBox(traf, "tfdt");
  if (tfxd === undefined)
    return say.finding("tfxd", "no tfxd box: VLC starts every fragment at 0");
  say.expect("fragment-time", "time in tfxd", reading.time, indexTime);
  say.expect(
    "fragment-duration",
    "duration in tfxd",
    numberField(tfxd, "duration"),
    reading.duration,
  );
  if (tfdt)
    say.expect(
      "tfdt",
      "baseMediaDecodeTime in tfdt",
      numberField(tfdt, "baseMediaDecodeTime"),
      reading.time,
    );
  const { first, earliest, latest } = presentation(trun);
  say.expect("composition", "composition offset of the first sample", first, 0);
  say.expect(
    "composition",
    "earliest presentation within the fragment",
    earliest,
    0,
  );
  // A frame's duration is that of its place in decoding order: rounding may differ by a tick.
  if (Math.abs(latest - reading.duration) > 1) {
    say.expect(
      "composition",
      "latest presentation end within the fragment",
      latest,
      reading.duration,
    );
  }
}

/** First offset, earliest and latest presentation of a run, counted from its first decode time. */
function presentation(trun: ParsedBox): {
  first: number;
  earliest: number;
  latest: number;
} {
  const durations = numbersField(trun, "sample_duration");
  const offsets = numbersField(trun, "sample_composition_time_offset");
  let decodeTime = 0;
  let earliest = Infinity;
  let latest = -Infinity;
  durations.forEach((duration, i) => {
    const presented = decodeTime + (offsets[i] ?? 0);
    earliest = Math.min(earliest, presented);
    decodeTime += duration;
    latest = Math.max(latest, presented + duration);
  });
  return { first: offsets[0] ?? 0, earliest, latest };
}

function checkFirstSample(
  head: Uint8Array,
  moof: ParsedBox,
  sampleEntryType: string,
  say: FragmentFindings,
): void {
  const codec = codecOfSampleEntry(sampleEntryType);
  const fault = codec?.firstSampleFault(head.subarray(moof.size + 8));
  if (fault !== undefined) say.finding("random-access", fault);
}

function trackIdOf(traf: ParsedBox): number | undefined {
  const tfhd = childBox(traf, "tfhd");
  return tfhd && numberField(tfhd, "track_id");
}

const TFXD = TFXD_UUID.replaceAll("-", "");

function asciiAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function uint32At(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0);
}
