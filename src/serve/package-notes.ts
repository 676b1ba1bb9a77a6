import { rescaleExact, SMOOTH_TIMESCALE } from "../media/time.js";
import { fragmentAt } from "../smooth/fragment-at.js";
import { clock } from "../util/format.js";
import { canLead } from "./lead-segment.js";
import type { LoadedPackage, ServedStream } from "./package.js";

/** A gap of a millisecond is a matter of rounding. */
const NO_GAP = 10_000n;

/** Less is a matter of frames. */
const LATE = 1_000_000n;

/** More gaps than these are only counted. */
const MOST_GAPS = 3;

/** What is unusual in a package that can be served, in sentences for the page. */
export function notesOf(loaded: LoadedPackage): string[] {
  const { isLive, madeManifest } = loaded;
  const media = loaded.streams.filter(({ type }) => type !== "text");
  const begin = beginOf(media);
  return [
    ...(isLive ? [LIVE] : []),
    ...(madeManifest === undefined ? [] : [MADE]),
    ...indexNotes(loaded),
    ...media.flatMap((stream) => [
      ...announcedNotes(stream),
      ...lateNotes(stream, begin),
      ...gapNotes(stream, begin),
    ]),
  ];
}

const LIVE =
  "The client manifest says IsLive, left over from a live presentation: most players of Smooth Streaming wait for more. This page, DASH and HLS play it.";

const MADE = "It has no client manifest: the origin made one of its files.";

/** More files than these are only counted. */
const MOST_FILES = 3;

function indexNotes({ indexFaults }: LoadedPackage): string[] {
  const all = [...indexFaults];
  const told = all
    .slice(0, MOST_FILES)
    .map(
      ([file, fault]) =>
        `${file}: its index (mfra) ${fault}. The origin found the fragments by reading the file.`,
    );
  const more = all.length - told.length;
  return more > 0 ? [...told, `${more} more files with such an index.`] : told;
}

/** Where the client manifest and the files have different fragments: players of Smooth go by the manifest. */
function announcedNotes(stream: ServedStream): string[] {
  const { name, times, levels } = stream;
  const lost = levels.map(({ fragments }) =>
    times.reduce((n, time) => n + (fragmentAt(fragments, time) < 0 ? 1 : 0), 0),
  );
  const most = Math.max(0, ...lost);
  const more = Math.max(
    0,
    ...levels.map(({ fragments }, i) => {
      const found = times.length - (lost[i] ?? 0);
      return fragments.time.length - found;
    }),
  );
  return [
    ...(most > 0
      ? [
          `${name}: the client manifest announces ${fragmentCount(most)} that the files do not have. Players of Smooth Streaming may stop there; DASH and HLS play what is there.`,
        ]
      : []),
    ...(more > 0
      ? [
          `${name}: the files have ${fragmentCount(more)} that the client manifest does not announce. DASH and HLS play them too.`,
        ]
      : []),
  ];
}

function fragmentCount(count: number): string {
  return count === 1 ? "a fragment" : `${count} fragments`;
}

/** The first time of all pictures and sounds. */
function beginOf(streams: readonly ServedStream[]): bigint {
  const begins = streams.flatMap(({ times: [first], timescale }) =>
    first === undefined ? [] : [ticks(first, timescale)],
  );
  return begins.reduce((a, b) => (b < a ? b : a), begins[0] ?? 0n);
}

function lateNotes(stream: ServedStream, begin: bigint): string[] {
  const { name, type, times, timescale } = stream;
  const [first] = times;
  if (first === undefined) return [];
  const late = ticks(first, timescale) - begin;
  if (late < LATE) return [];
  const filled = type === "video" ? "the first picture" : "silence";
  const until = stream.levels.every(canLead)
    ? `DASH and HLS have ${filled} until then.`
    : "Players may begin there.";
  return [`${name}: begins ${seconds(late)} s later than the film. ${until}`];
}

function gapNotes(stream: ServedStream, begin: bigint): string[] {
  const gaps = gapsOf(stream);
  const told = gaps.slice(0, MOST_GAPS).map(({ at, length }) => {
    const where = clock(Number(at - begin) / SMOOTH_TIMESCALE);
    return `${stream.name}: nothing at ${where}, for ${seconds(length)} s. Players jump over it.`;
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

function seconds(length: bigint): number {
  return Number((Number(length) / SMOOTH_TIMESCALE).toFixed(3));
}

function ticks(time: bigint, timescale: number): bigint {
  return rescaleExact(time, timescale, SMOOTH_TIMESCALE);
}
