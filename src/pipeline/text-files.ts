import { join } from "node:path";
import { changed, ContentCheck } from "../captions/caption-file.js";
import { readPacked } from "../captions/caption-thread.js";
import { releaseCues, type PackedCues } from "../captions/packed-cues.js";
import type { CaptionOptions } from "../captions/read-captions.js";
import { cutIntoFragments } from "../captions/write-ttml.js";
import {
  eachFragment,
  newFragments,
  type Fragments,
} from "../media/fragments.js";
import type { Ticks } from "../media/time.js";
import { TextTracks } from "../mux/text-track.js";
import type { PlannedFile } from "../mux/track-file.js";
import type { TextPlan } from "../plan/encode-plan.js";
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
  const tracks = new TextTracks(cuts.times, cuts.end);
  const files: PlannedFile[] = [];
  const check = new ContentCheck();
  for (const stream of streams) {
    const documents = join(folder, `${stream.name}.ttml`);
    const cues = await cuesOf(stream, cuts.end, check);
    const texts = cutIntoFragments(cues, eachFragment(fragments), stream);
    const track = await tracks.make(texts, stream, documents);
    releaseCues(cues);
    const [{ file, bitrate }] = stream.rungs;
    files.push({
      ...{ path: join(target, file), file, track, fragments },
      ...{ bitrate, stream: stream.name },
    });
  }
  return files;
}

/** One sample in each. */
function fragmentsOf({ times, end }: TextCuts): Fragments {
  const fragments = newFragments(times.length);
  for (const [i, time] of [...times, end].entries()) {
    fragments.firstSample[i] = i;
    fragments.time[i] = time;
  }
  return fragments;
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
async function cuesOf(
  stream: TextPlan,
  duration: Ticks,
  check: ContentCheck,
): Promise<PackedCues> {
  const { source, encoding } = stream;
  const { path, content, shift = 0, from } = source;
  const kept = KEPT.get(stream);
  const extracted = kept?.extracted;
  if (extracted === undefined) await check.requireSame(path, content);
  if (kept?.cues !== undefined) {
    // Nobody asks a second time.
    KEPT.set(stream, { ...kept, cues: undefined });
    if (isFor(duration, kept)) return kept.cues;
  }
  const end = (from ?? 0) + duration;
  const part = from === undefined ? undefined : { from, to: end };
  const options = { encoding, duration: end, part };
  if (extracted !== undefined) {
    const { label, bytes } = extracted;
    const all = extractedOptions(extracted, options);
    return (await readPacked(bytes, label, all)).cues;
  }
  const again = await readPacked(path, path, { ...options, shift });
  if (again.content !== content) throw changed(path);
  return again.cues;
}

/** Are the cues of a film of this length the same? */
function isFor(length: Ticks, { duration, latest }: Kept): boolean {
  return length === duration || latest <= Math.min(length, duration);
}

/** The text has the film's clock, or one that can be turned into it. */
export function extractedOptions(
  { clock }: InsideText,
  options: CaptionOptions,
): CaptionOptions {
  return { ...options, clock: clock?.(), isExtracted: true };
}
