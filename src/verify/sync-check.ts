import { readSync } from "node:fs";
import { codecOfSampleEntry, type Codec } from "../codecs/index.js";
import { viewOf } from "../isobmff/bytes.js";
import { childBox, clearType, numberField } from "../isobmff/parsed-box.js";
import { parseBoxes } from "../isobmff/source.js";
import { TRUN, trunRows, type TrunRows } from "../isobmff/table-rows.js";
import { Findings, type FindingPlace } from "./finding.js";
import { isMicrosofts, NON_SYNC } from "./fragment-check.js";
import type { CheckedTrack } from "./package-check.js";
import { visitHeads } from "./read-heads.js";
import { fragmentSpan, openTrack, type TrackReader } from "./track-reader.js";

/**
 * Compares the flags of pictures inside fragments with the pictures. Players begin at
 * fragments, so a wrong flag is only a note: fast forward lacks a picture there. The
 * header of a slice is never encrypted.
 */
export async function checkSyncFlags(
  folder: string,
  { file, kind, trackId }: CheckedTrack,
  findings: Findings,
  signal?: AbortSignal,
): Promise<void> {
  if (kind !== "video") return;
  // The check of the track has told what is wrong with its file.
  const reader = await openTrack(folder, file, trackId, new Findings());
  if (reader === undefined) return;
  try {
    const codec = codecOf(reader);
    await visitHeads(reader, true, signal, (i, head) => {
      const { begin } = fragmentSpan(reader, i);
      const place = findings.in(file, i + 1);
      const run = runOf(head);
      if (run !== undefined && codec !== undefined)
        checkRun({ fd: reader.file.fd, codec }, begin, run, place);
    });
  } finally {
    await reader.file.close();
  }
}

function codecOf({ header }: TrackReader): Codec | undefined {
  const moov = header.find(({ type }) => type === "moov");
  const path = ["trak", "mdia", "minf", "stbl", "stsd"];
  const stsd = path.reduce((box, type) => box && childBox(box, type), moov);
  const [entry] = stsd?.children ?? [];
  return entry && codecOfSampleEntry(clearType(entry));
}

interface FlaggedRun {
  readonly rows: TrunRows;
  /** The flags of samples without their own. */
  readonly flags: number;
  readonly moofSize: number;
}

/** Undefined when the flags give nothing about single pictures, or other rules check them. */
function runOf(head: Uint8Array): FlaggedRun | undefined {
  if (head.length < 8) return undefined;
  const size = viewOf(head).getUint32(0);
  const [moof] = parseBoxes(head.subarray(0, size), () => undefined, TRUN);
  const traf = moof?.type === "moof" ? childBox(moof, "traf") : undefined;
  const tfhd = traf && childBox(traf, "tfhd");
  const trun = traf && childBox(traf, "trun");
  if (!moof || !tfhd || !trun || isMicrosofts(tfhd)) return undefined;
  try {
    const rows = trunRows(trun);
    const hasDefault = (numberField(tfhd, "flags") & DEFAULT_FLAGS) !== 0;
    if (!hasDefault && rows.sampleFlags(0) === undefined) return undefined;
    const flags = numberField(tfhd, "default_sample_flags");
    return { rows, flags, moofSize: moof.size };
  } catch {
    return undefined;
  }
}

/** default-sample-flags-present in tfhd. ISO/IEC 14496-12 8.8.7.1 */
const DEFAULT_FLAGS = 0x000020;

function checkRun(
  file: CodedFile,
  begin: number,
  { rows, flags, moofSize }: FlaggedRun,
  place: FindingPlace,
): void {
  const { keyPicture: name = "IDR" } = file.codec;
  let at = begin + moofSize + 8;
  for (let i = 0; i < rows.count && rows.hasRows; i++) {
    const size = rows.size(i) ?? 0;
    const isFlagged = ((rows.sampleFlags(i) ?? flags) & NON_SYNC) === 0;
    const isSync = i === 0 ? undefined : isSyncSample(file, at, size);
    if (isSync === true && !isFlagged)
      place.note("random-access", notFlagged(name));
    if (isSync === false && isFlagged)
      place.note("random-access", notKey(name));
    at += size;
  }
}

const notFlagged = (name: string) =>
  `an ${name} picture inside a fragment is not flagged as a sync sample`;
const notKey = (name: string) =>
  `a picture inside a fragment that is not ${name} is flagged as a sync sample`;

/** The messages in front of a picture are mostly shorter. */
const HEAD_SIZE = 1024;

interface CodedFile {
  readonly fd: number;
  readonly codec: Codec;
}

const buffer = Buffer.allocUnsafe(HEAD_SIZE);

/** Undefined when the sample's first bytes do not decide. */
function isSyncSample(
  { fd, codec }: CodedFile,
  position: number,
  size: number,
): boolean | undefined {
  const length = readSync(fd, buffer, 0, Math.min(size, HEAD_SIZE), position);
  const head = buffer.subarray(0, length);
  if (!codec.isEnough(head)) return undefined;
  return codec.firstSampleError(head) === undefined;
}
