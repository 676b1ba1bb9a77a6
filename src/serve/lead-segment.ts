import { codecNamed } from "../codecs/index.js";
import { FLAGS } from "../codecs/codec.js";
import { PackError } from "../errors.js";
import {
  mdatHeader,
  mfhd,
  moof,
  tfdt,
  tfhd,
  traf,
  trun,
} from "../isobmff/boxes/fragment.js";
import { concat } from "../isobmff/bytes.js";
import {
  newBudget,
  runsOfFragment,
  trackDefaults,
} from "../isobmff/fragment-runs.js";
import { moovBeforeFragments, parseMoof } from "../isobmff/movie.js";
import { boxAtPosition, readAt } from "../isobmff/scan.js";
import type { LeadPiece } from "../media/lead-pieces.js";
import { rescaleExact } from "../media/time.js";
import { inItsFile } from "./fragment-file.js";
import { NoFragment } from "./fragment-head.js";
import type { LevelInit } from "./init-segments.js";
import type { OpenFiles } from "./open-files.js";
import type { ServedLevel } from "./package.js";
import type { ServedFragment } from "./send-fragment.js";

/**
 * Can the time before the first fragment of a level be filled? A picture can be held, and sound
 * needs silence. What the origin makes is in the clear.
 */
export function canLead(level: ServedLevel): boolean {
  const { stream, codec, encryption } = level;
  if (encryption !== undefined) return false;
  return stream.type === "video"
    ? codec !== undefined
    : silenceOf(level) !== undefined;
}

function silenceOf({ stream, codec, config }: ServedLevel) {
  if (stream.type !== "audio" || codec === undefined || config === undefined)
    return undefined;
  return codecNamed(codec).silence(config);
}

/** Samples of a segment, in ticks of the file. */
interface Samples {
  readonly durations: readonly number[];
  readonly bytes: readonly Uint8Array[];
  /** When the first is decoded. */
  readonly time: bigint;
  readonly compositionOffset: number;
}

/**
 * A segment that fills a stretch of time before the first fragment of a level: the first picture,
 * which is held, or silence.
 *
 * @throws NoFragment, FileChanged
 */
export async function leadSegment(
  first: ServedFragment,
  piece: LeadPiece,
  init: LevelInit,
  files: OpenFiles,
): Promise<Buffer> {
  const samples = await samplesOf(first, piece, init, files);
  const { durations, bytes, time, compositionOffset } = samples;
  const sizes = bytes.map(({ length }) => length);
  const { trackId } = first.level;
  const boxes = (dataOffset: number) =>
    moof(
      mfhd(1),
      traf(
        tfhd(trackId, FLAGS.independent, true),
        tfdt(Number(time)),
        trun({
          ...{ dataOffset, durations, sizes },
          compositionOffsets: durations.map(() => compositionOffset),
        }),
      ),
    );
  const head = boxes(boxes(0).length + 8);
  const size = sizes.reduce((sum, one) => sum + one, 0);
  return Buffer.from(concat([head, mdatHeader(size), ...bytes]));
}

async function samplesOf(
  first: ServedFragment,
  { time, duration }: LeadPiece,
  init: LevelInit,
  files: OpenFiles,
): Promise<Samples> {
  const { level, number } = first;
  const { timescale } = level.stream;
  const ticks = (value: bigint) =>
    rescaleExact(value, timescale, init.timescale);
  const length = Number(ticks(time + duration) - ticks(time));
  const begin = level.fragments.time[number] ?? 0n;
  const sample = await firstSample(first, files);
  // As far before the first sample as the piece is before its fragment.
  const shown = ticks(begin) + BigInt(init.firstOffset);
  const decoded = sample.decoded ?? shown - BigInt(sample.compositionOffset);
  const wanted = decoded - (ticks(begin) - ticks(time));
  const at = wanted < 0n ? 0n : wanted;
  const compositionOffset = sample.compositionOffset + Number(wanted - at);
  const placed = { time: at, compositionOffset };
  const silence = silenceOf(level);
  if (silence === undefined)
    return { ...placed, durations: [length], bytes: [sample.bytes] };
  const rate = level.format?.kind === "audio" ? level.format.sampleRate : NaN;
  const frame = (silence.samples * init.timescale) / rate;
  const durations = framesOf(length, frame);
  return { ...placed, durations, bytes: durations.map(() => silence.bytes) };
}

/** The last frame gets what is left. */
function framesOf(length: number, frame: number): number[] {
  const count = Math.max(1, Math.round(length / frame) || 1);
  const ends = Array.from({ length: count }, (_, i) =>
    i === count - 1 ? length : Math.round((i + 1) * frame),
  );
  return ends.map((end, i) => end - (ends[i - 1] ?? 0));
}

interface FirstSample {
  readonly bytes: Uint8Array;
  readonly compositionOffset: number;
  /** By a tfdt. */
  readonly decoded: bigint | undefined;
}

async function firstSample(
  found: ServedFragment,
  files: OpenFiles,
): Promise<FirstSample> {
  const { level, number } = await inItsFile(found);
  const { name } = level.stream;
  const header = await files.take(found.level.file);
  const open = await files.take(level.file);
  try {
    const { size } = level.file;
    const moov = await moovBeforeFragments(
      ...([header.handle, found.level.file.size, name] as const),
    );
    const begin = level.fragments.offset[number] ?? 0;
    const span = await boxAtPosition(open.handle, begin, size);
    const box = await parseMoof(open.handle, span, size, name);
    const defaults = moov ? trackDefaults(moov) : new Map<number, never>();
    const runs = runsOfFragment(box, begin, defaults, newBudget(), name);
    const run = runs.find(({ trackId }) => trackId === level.trackId);
    const { offset = 0, size: sizes, compositionOffset } = run ?? {};
    const bytes = await readAt(open.handle, offset, sizes?.[0] ?? 0);
    return {
      bytes,
      compositionOffset: compositionOffset?.[0] ?? 0,
      decoded: run?.decoded,
    };
  } catch (error) {
    if (error instanceof PackError) throw new NoFragment(error.message);
    throw error;
  } finally {
    files.release(header);
    files.release(open);
  }
}
