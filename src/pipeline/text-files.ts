import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { readPacked } from "../captions/caption-thread.js";
import type { PackedCues } from "../captions/packed-cues.js";
import {
  MOST_CAPTION_BYTES,
  type CaptionOptions,
} from "../captions/read-captions.js";
import { cutIntoFragments } from "../captions/write-ttml.js";
import { messageOf, PackError } from "../errors.js";
import type { Ticks } from "../media/time.js";
import type { Track } from "../media/track.js";
import { textTrack } from "../mux/text-track.js";
import type { PlannedFile } from "../mux/track-file.js";
import type { TextPlan } from "../plan/encode-plan.js";
import type { Fragment } from "../tracks/cut-fragments.js";
import type { InsideText } from "./inside-captions.js";

/** Where the fragments of the picture begin, or of the sound when there is no picture. */
export interface TextCuts {
  /** Ascending, in 10 MHz ticks. */
  readonly times: readonly Ticks[];
  /** Of the last fragment, in 10 MHz ticks. */
  readonly end: Ticks;
}

/** See plannedText in captions.ts. */
export async function textFiles(
  streams: readonly TextPlan[],
  cuts: TextCuts,
  folder: string,
  target: string,
): Promise<PlannedFile[]> {
  // All streams have the same fragments: twenty lists of a long film would take 15 MB.
  const fragments = fragmentsOf(cuts);
  const files: PlannedFile[] = [];
  for (const stream of streams) {
    const documents = join(folder, `${stream.name}.ttml`);
    const track = await captionTrack(stream, fragments, cuts, documents);
    const [{ file, bitrate }] = stream.rungs;
    files.push({
      ...{ path: join(target, file), file, track, fragments },
      ...{ bitrate, stream: stream.name },
    });
  }
  return files;
}

/** One sample in each. */
function fragmentsOf({ times, end }: TextCuts): Fragment[] {
  return times.map((time, i) => {
    const duration = (times[i + 1] ?? end) - time;
    return { firstSample: i, endSample: i + 1, time, duration };
  });
}

async function captionTrack(
  stream: TextPlan,
  fragments: readonly Fragment[],
  { times, end }: TextCuts,
  path: string,
): Promise<Track> {
  const { language, subtype } = stream;
  const cues = await cuesOf(stream, end);
  const documents = cutIntoFragments(cues, fragments, { language });
  return textTrack(documents, times, end, { language, subtype }, path);
}

/** What the plan of a stream has read. */
interface Kept {
  readonly cues: PackedCues | undefined;
  /** The length of the film that the cues were cut to. */
  readonly duration: Ticks;
  /** See {@link Captions.latest}. */
  readonly latest: Ticks;
  /** The text of captions that have no file: a source of many gigabytes is not read again for it. */
  readonly extracted: ExtractedText | undefined;
}

export type ExtractedText = InsideText & { readonly label: string };

/** A plan is plain data and holds no text. */
const KEPT = new WeakMap<TextPlan, Kept>();

/** Called when a stream is planned: captions of a long film take a while to read. */
export function keepForMux(stream: TextPlan, kept: Kept): void {
  KEPT.set(stream, kept);
}

/**
 * The cues of a planned stream in a film of this length. They are read again only when the
 * length makes a difference.
 *
 * @throws PackError `input` when a caption file has changed since it was planned
 */
async function cuesOf(stream: TextPlan, duration: Ticks): Promise<PackedCues> {
  const { source, encoding } = stream;
  const { path, content, shift = 0, from } = source;
  const kept = KEPT.get(stream);
  const extracted = kept?.extracted;
  const bytes = extracted?.bytes ?? (await readUnchanged(path, content));
  if (kept?.cues !== undefined) {
    // Nobody asks a second time, and later steps need the memory.
    KEPT.set(stream, { ...kept, cues: undefined });
    if (isFor(duration, kept)) return kept.cues;
  }
  const end = (from ?? 0) + duration;
  const part = from === undefined ? undefined : { from, to: end };
  const options = { encoding, duration: end, part };
  const again =
    extracted === undefined
      ? await readPacked(bytes, path, { ...options, shift })
      : await readPacked(
          ...([bytes, extracted.label] as const),
          extractedOptions(extracted, options),
        );
  return again.cues;
}

/** Are the cues of a film of this length the same? */
function isFor(length: Ticks, { duration, latest }: Kept): boolean {
  return length === duration || latest <= Math.min(length, duration);
}

async function readUnchanged(
  path: string,
  content: string,
): Promise<Uint8Array> {
  const bytes = await readCaptionFile(path);
  if (hashOf(bytes) === content) return bytes;
  throw new PackError("input", `${path}: changed during the run.`, {
    hint: "Wait until the file is complete, and run the same command again.",
  });
}

/** @throws PackError `input` */
export async function readCaptionFile(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    // The reader rejects a larger file, and needs only the beginning for that.
    if (size <= MOST_CAPTION_BYTES) return await readFile(path);
    return new Uint8Array(MOST_CAPTION_BYTES + 1);
  } catch (cause) {
    throw new PackError(
      "input",
      `${path}: cannot be read (${messageOf(cause)}).`,
      {
        hint: "Expected a caption file: --captions FILE, FILE=eng or FILE=eng,caption.",
        cause,
      },
    );
  }
}

/** The text has the film's clock, or one that can be turned into it. */
export function extractedOptions(
  { clock }: InsideText,
  options: CaptionOptions,
): CaptionOptions {
  return { ...options, clock: clock?.(), isExtracted: true };
}

export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
