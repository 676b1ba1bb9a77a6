import { rescale, rescaleExact, SMOOTH_TIMESCALE } from "../media/time.js";
import {
  chunksOf,
  type ClientManifest,
  type ClientStream,
} from "../smooth/client-manifest.js";
import type { Findings, FindingPlace } from "./finding.js";
import type { TrackReader } from "./track-reader.js";
import type { TrackRuns } from "./track-runs.js";

const RULE = "timeline";

/** Ticks per second of a file, and of the manifest's times. */
export interface Scales {
  readonly file: number;
  readonly manifest: number;
}

/** The ticks of a stream's times in the client manifest. MS-SSTR 2.2.2.1, 2.2.2.3 */
export function scaleOfStream(
  { root }: ClientManifest,
  stream: ClientStream | undefined,
): number {
  for (const { attributes } of [stream?.element, root].filter(Boolean) as {
    readonly attributes: ReadonlyMap<string, string>;
  }[]) {
    const value = Number(attributes.get("TimeScale"));
    if (Number.isInteger(value) && value > 0 && value <= 2 ** 32) return value;
  }
  return SMOOTH_TIMESCALE;
}

/** The begin of the presentation in 10 MHz ticks: a former live presentation does not begin at 0. */
export function beginOf(client: ClientManifest): bigint | undefined {
  const begins = client.streams.flatMap((stream) => {
    const [first] = stream.runs;
    if (first === undefined) return [];
    const scale = scaleOfStream(client, stream);
    return [rescaleExact(first.time, scale, SMOOTH_TIMESCALE)];
  });
  return begins.reduce<bigint | undefined>(
    (least, time) => (least === undefined || time < least ? time : least),
    undefined,
  );
}

/**
 * Index, fragment and manifest give the same times to the tick, because the time is the
 * fragment's address.
 */
export function checkTimeline(
  { name, index }: TrackReader,
  runs: TrackRuns,
  stream: ClientStream,
  scales: Scales,
  findings: Findings,
): void {
  const count = "number of fragments in the index";
  const isMore = index.length > stream.chunkCount;
  const all = findings.in(name);
  // No client asks for those that the manifest leaves out.
  const where = isMore ? all.dialect : all;
  where.expect(RULE, count, index.length, stream.chunkCount);
  const { file: from, manifest: to } = scales;
  const slack = from === to ? 0n : 1n;
  let i = 0;
  for (const { time, duration } of chunksOf(stream)) {
    const begin = index.time[i];
    if (begin === undefined) return;
    const found = rescaleExact(begin, from, to);
    // No address holds a time before 0: ffmpeg writes 0 then.
    const isClamped = begin < 0n && time === 0n;
    if (!isClamped && distance(found, time) > slack)
      findings.in(name, i + 1).wrong(RULE, "time in the index", found, time);
    const own = runs.duration(i);
    const shown = own === undefined ? duration : rescale(own, from, to);
    if (shown !== duration)
      checkDuration(shown, duration, to, findings.in(name, i + 1));
    i++;
  }
}

/** A fragment follows where the one before it ends. */
export function checkJoins(
  { name, index }: TrackReader,
  runs: TrackRuns,
  { file: scale }: Scales,
  isText: boolean,
  findings: Findings,
): void {
  for (let i = 0; i + 1 < index.length; i++) {
    const own = runs.duration(i);
    if (own === undefined) continue;
    const end = (index.time[i] ?? 0n) + BigInt(own);
    const next = index.time[i + 1] ?? end;
    if (end !== next)
      checkEnd(end, next, scale, isText, findings.in(name, i + 1));
  }
}

/**
 * The same by the client manifest alone, whose durations stand for those of the fragments: a
 * fragment that both manifest and index have lost leaves a gap.
 */
export function checkAnnouncedGaps(
  client: ClientManifest,
  findings: Findings,
): void {
  for (const stream of client.streams) {
    const type = stream.element.attributes.get("Type") ?? "";
    const isText = /^text/i.test(type);
    const scale = scaleOfStream(client, stream);
    let [end, i]: [bigint | undefined, number] = [undefined, 0];
    for (const { time, duration, count } of stream.runs) {
      const place = findings.in(client.file, i);
      if (end !== undefined) checkEnd(end, time, scale, isText, place);
      const length = duration * count;
      end = Number.isFinite(length)
        ? time + BigInt(Math.round(length))
        : undefined;
      i += count;
    }
  }
}

/** Without a client manifest, the first rung of a stream says when all of them begin. */
export function checkAligned(
  { name, index }: TrackReader,
  first: BigInt64Array,
  findings: Findings,
): void {
  const i = index.time.findIndex((time, k) => time !== first[k]);
  if (i < 0 && index.length === first.length) return;
  const k = i < 0 ? Math.min(index.length, first.length) : i;
  const place = findings.in(name, k + 1);
  place.wrong(RULE, "time in the index", index.time[k], first[k]);
}

function distance(a: bigint, b: bigint): bigint {
  return a < b ? b - a : a - b;
}

/** No gap that a listener or viewer notices is shorter: a frame of sound at 32 kHz. */
const FRAME_SECONDS = 0.032;

function checkDuration(
  found: number,
  expected: number,
  scale: number,
  place: FindingPlace,
): void {
  if (Number.isNaN(expected)) return;
  const isSmall = Math.abs(found - expected) <= FRAME_SECONDS * scale;
  const where = isSmall ? place.dialect : place;
  where.wrong(RULE, "sum of its sample durations", found, expected);
}

/** Captions may be sparse; a picture or sound with a gap stands still. */
function checkEnd(
  end: bigint,
  next: bigint,
  scale: number,
  isText: boolean,
  place: FindingPlace,
): void {
  const off = Number(next - end) / scale;
  const isSmall = Math.abs(off) <= FRAME_SECONDS || (isText && off > 0);
  const seconds = Math.abs(off).toFixed(3);
  const what =
    off > 0
      ? `end before a gap of ${seconds} s`
      : `end, ${seconds} s after the next begins,`;
  if (isSmall) place.dialect.wrong(RULE, "end", end, next);
  else place.wrong(RULE, what, end, next);
}

/**
 * A former live presentation, or one that begins late, does not begin at 0. No address can
 * hold a time before 0.
 */
export function checkFirstTime(time: bigint, place: FindingPlace): void {
  const where = time > 0n ? place.dialect : place;
  where.expect(RULE, "time of the first fragment", time, 0);
}
