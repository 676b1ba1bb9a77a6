import { rescaleExact, SMOOTH_TIMESCALE } from "../media/time.js";
import { clock } from "../util/format.js";
import type { LoadedPackage, ServedStream } from "./package.js";

/** A gap of a millisecond is a matter of rounding. */
const NO_GAP = 10_000n;

/** More gaps than these are only counted. */
const MOST_GAPS = 3;

/** What is unusual in a package that can be served, in sentences for the page. */
export function notesOf(loaded: LoadedPackage): string[] {
  const { isLive, streams, madeManifest } = loaded;
  return [
    ...(isLive ? [LIVE] : []),
    ...(madeManifest === undefined ? [] : [MADE]),
    ...streams
      .filter(({ type }) => type !== "text")
      .flatMap((stream) => gapNotes(stream, beginOf(streams))),
  ];
}

const LIVE =
  "The client manifest says IsLive, left over from a live presentation: players of Smooth Streaming wait for more. DASH and HLS play it.";

const MADE = "It has no client manifest: the origin made one of its files.";

/** The first time of all pictures and sounds. */
function beginOf(streams: readonly ServedStream[]): bigint {
  const begins = streams.flatMap(({ times: [first], timescale }) =>
    first === undefined ? [] : [ticks(first, timescale)],
  );
  return begins.reduce((a, b) => (b < a ? b : a), begins[0] ?? 0n);
}

function gapNotes(stream: ServedStream, begin: bigint): string[] {
  const gaps = gapsOf(stream);
  const told = gaps.slice(0, MOST_GAPS).map(({ at, length }) => {
    const seconds = Number(length) / SMOOTH_TIMESCALE;
    const where = clock(Number(at - begin) / SMOOTH_TIMESCALE);
    return `${stream.name}: nothing at ${where}, for ${Number(seconds.toFixed(3))} s. Players jump over it.`;
  });
  const more = gaps.length - told.length;
  return more > 0 ? [...told, `${stream.name}: ${more} more gaps.`] : told;
}

function gapsOf({ times, durations, timescale }: ServedStream) {
  const gaps: { readonly at: bigint; readonly length: bigint }[] = [];
  for (let i = 1; i < times.length; i++) {
    const before = durations[i - 1] ?? NaN;
    if (!(before > 0)) continue;
    const end = (times[i - 1] ?? 0n) + BigInt(Math.round(before));
    const [at, next] = [
      ticks(end, timescale),
      ticks(times[i] ?? 0n, timescale),
    ];
    if (next - at > NO_GAP) gaps.push({ at, length: next - at });
  }
  return gaps;
}

function ticks(time: bigint, timescale: number): bigint {
  return rescaleExact(time, timescale, SMOOTH_TIMESCALE);
}
