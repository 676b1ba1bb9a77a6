import { unwrapped } from "../isobmff/scan-fragments.js";
import { rescaleExact, SMOOTH_TIMESCALE } from "../media/time.js";
import { chunksOf, type ClientStream } from "../smooth/client-manifest.js";
import { announcedTimesOf, streamNamed } from "../smooth/read-streams.js";
import type { SeenFile, SeenPackage, SeenTrack } from "./seen.js";

/** When the fragments of a track begin, and where that is known also end, in 10 MHz ticks. */
export interface Timeline {
  readonly file: string;
  readonly kind: string;
  readonly begins: readonly bigint[];
  readonly ends: readonly (bigint | undefined)[];
  /** Two of its fragments have one time, and differ. */
  readonly isFaulty: boolean;
}

/** No gap that a listener or viewer notices is shorter: a frame of sound at 32 kHz. */
export const FRAME = 320_000n;

/** Those of pictures and sounds. Captions may be sparse. */
export function* timelines(seen: SeenPackage): Generator<Timeline> {
  for (const file of seen.files)
    for (const track of file.tracks)
      if (track.track.kind !== "textstream")
        yield timelineOf(seen, file, track);
}

/** By the fragments where all of them were read, else by the client manifest, else by the index. */
export function timelineOf(
  seen: SeenPackage,
  file: SeenFile,
  own: SeenTrack,
): Timeline {
  const isFaulty = own.doubledFault !== undefined;
  const what = { file: file.name, kind: own.track.kind, isFaulty };
  const isRead = seen.isWhole && own.heads.length > 0;
  const announced = announcedOf(seen, own);
  const begins = isRead ? beginsOf(own, announced?.begins) : undefined;
  if (begins !== undefined)
    return { ...what, begins, ends: endsOf(begins, own) };
  if (announced !== undefined)
    return { ...what, ...announced, begins: withFirst(announced.begins, own) };
  const listed = [...own.times].map((time) => toSmooth(time, own));
  return { ...what, begins: listed, ends: [] };
}

/** Of a time before 0, some makers write 0 into the manifest. */
function withFirst(
  [first, ...others]: readonly bigint[],
  own: SeenTrack,
): bigint[] {
  const told = own.heads[0]?.told;
  const begin = told === undefined || told >= 0n ? first : toSmooth(told, own);
  return begin === undefined ? [] : [begin, ...others];
}

function toSmooth(time: bigint, { timescale }: SeenTrack): bigint {
  return rescaleExact(time, timescale ?? SMOOTH_TIMESCALE, SMOOTH_TIMESCALE);
}

/** Undefined when some fragment has no time anywhere. */
function beginsOf(
  own: SeenTrack,
  announced: readonly bigint[] | undefined,
): bigint[] | undefined {
  const { heads, times } = own;
  const isListed = times.length === heads.length;
  const isAnnounced = announced?.length === heads.length;
  let before = 0n;
  const begins = heads.map(({ told }, i) => {
    const listed = isListed ? times[i] : undefined;
    const time = told === undefined ? listed : unwrapped(told, before);
    if (time !== undefined) return toSmooth((before = time), own);
    return isAnnounced ? announced[i] : undefined;
  });
  return begins.every((time) => time !== undefined) ? begins : undefined;
}

function endsOf(begins: readonly bigint[], own: SeenTrack): bigint[] {
  const length = ({ duration }: SeenTrack["heads"][number]) =>
    toSmooth(BigInt(duration), own);
  return own.heads.map((head, i) => (begins[i] ?? 0n) + length(head));
}

/** The stream of a track in the client manifest. */
export function streamOf(
  { client }: SeenPackage,
  { track }: SeenTrack,
): ClientStream | undefined {
  return streamNamed(client, track.name);
}

/** As the client manifest announces a track; undefined when it does not, or claims too much. */
export function announcedOf(
  seen: SeenPackage,
  own: SeenTrack,
): Pick<Timeline, "begins" | "ends"> | undefined {
  const stream = streamOf(seen, own);
  if (seen.client === undefined || stream === undefined) return undefined;
  if (stream.chunkCount === 0 || stream.chunkCount > MOST_CHUNKS)
    return undefined;
  const { timescale } = announcedTimesOf(stream, seen.client);
  const begins: bigint[] = [];
  const ends: bigint[] = [];
  for (const { time, duration } of chunksOf(stream)) {
    begins.push(rescaleExact(time, timescale, SMOOTH_TIMESCALE));
    const length = Number.isFinite(duration) ? Math.round(duration) : 0;
    ends.push(rescaleExact(time + BigInt(length), timescale, SMOOTH_TIMESCALE));
  }
  return { begins, ends };
}

/** A day of two-second fragments has 43,200; an `r` may claim any number. */
const MOST_CHUNKS = 300_000;
