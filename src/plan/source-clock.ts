import type { ClockJump, FilmClock } from "../media/film-clock.js";
import {
  type FragmentClock,
  type SourceInfo,
  videoIn,
} from "../probe/source-info.js";

/** A frame of sound is longer, and clocks round by less. */
const EARLY_SECONDS = 0.005;

/** The filter that gives frames the times of their fragments; empty where ffmpeg reads them. */
export function fragmentClockFilters(
  clock: FragmentClock | undefined,
  filter: "setpts" | "asetpts",
): string[] {
  if (clock === undefined) return [];
  const { toldSeconds, startSeconds, steps } = clock;
  const terms = [
    (startSeconds - toldSeconds).toFixed(6),
    ...steps.map(({ fromSeconds, bySeconds }) => {
      const from = toldSeconds + fromSeconds - EARLY_SECONDS;
      return `gte(T,${from.toFixed(6)})*(${bySeconds.toFixed(6)})`;
    }),
  ];
  return [`${filter}='PTS+(${terms.join("+")})/TB'`];
}

/** The same for one time, in seconds. */
export function fragmentTime(
  clock: FragmentClock | undefined,
  seconds: number,
): number {
  if (clock === undefined) return seconds;
  const { toldSeconds, startSeconds, steps } = clock;
  const passed = steps.filter(
    ({ fromSeconds }) => seconds >= toldSeconds + fromSeconds - EARLY_SECONDS,
  );
  return passed.reduce(
    (sum, { bySeconds }) => sum + bySeconds,
    seconds + startSeconds - toldSeconds,
  );
}

/** This many holes get a note each. */
const MOST_HOLES = 5;

/**
 * Notes on the holes between fragments, with place, length and filling.
 *
 * @param stream its name in notes: the picture, or a sound
 */
export function fragmentClockNotes(
  clock: FragmentClock | undefined,
  stream: string,
): string[] {
  let later = clock?.startSeconds ?? 0;
  const places: string[] = [];
  for (const { fromSeconds, bySeconds } of clock?.steps ?? []) {
    const at = fromSeconds + later;
    later += bySeconds;
    if (bySeconds > SHORTEST_SECONDS)
      places.push(`${bySeconds.toFixed(3)} s at ${at.toFixed(3)} s`);
  }
  const jumps = jumpNotes(clock?.jumps ?? []);
  if (places.length === 0) return jumps;
  const more = places.length - MOST_HOLES;
  const rest = more > 0 ? ` and in ${more} more places` : "";
  const what =
    stream === "picture" ? "the picture before is held" : "silence is put in";
  return [
    ...jumps,
    `${stream}: nothing for ${places.slice(0, MOST_HOLES).join(", ")}${rest}; ${what}`,
  ];
}

/** No viewer sees or hears a smaller difference, so it gets no note. */
const SHORTEST_SECONDS = 0.01;

/** This many jumps get a note each. The first ones are enough for a recording with hundreds. */
const MOST_JUMPS = 10;

/** Notes on a clock that jumps: what is done, place and length. */
export function clockNotes(clock: FilmClock | undefined): string[] {
  if (clock === undefined) return [];
  return [...jumpNotes(clock.jumps), ...strayNotes(clock.strays)];
}

function jumpNotes(jumps: readonly ClockJump[]): string[] {
  return [
    ...jumps.slice(0, MOST_JUMPS).map(({ atSeconds, bySeconds }) => {
      const at = `at ${atSeconds.toFixed(2)} s`;
      return bySeconds < 0
        ? `recordings are joined ${at}: the file's clock goes back by ${(-bySeconds).toFixed(2)} s there, the film goes on`
        : `the file's clock jumps ahead by ${bySeconds.toFixed(2)} s ${at}: no frame lies between, the film goes on`;
    }),
    ...(jumps.length > MOST_JUMPS
      ? [`the file's clock jumps ${jumps.length - MOST_JUMPS} more times`]
      : []),
  ];
}

function strayNotes(strays: FilmClock["strays"]): string[] {
  const [first] = strays;
  if (first === undefined) return [];
  const { stream, atSeconds, saidSeconds } = first;
  const what = `a ${stream === "video" ? "picture" : "sound"} frame at ${atSeconds.toFixed(2)} s says that it is of ${saidSeconds.toFixed(2)} s: it is taken behind the one before it`;
  return [
    strays.length === 1
      ? what
      : `${what}; ${strays.length - 1} more are like it`,
  ];
}

/** Notes on the start and end of a recording: usual losses, no damage. */
export function edgeNotes(source: SourceInfo): string[] {
  const { clock, claimedSeconds, durationSeconds } = source;
  const { endsInPacket = false } = source;
  const undecoded = videoIn(source)?.undecodedSeconds ?? 0;
  return [
    ...(undecoded > 0
      ? [
          `begins between two key frames: the first ${undecoded.toFixed(2)} s, which cannot be decoded, are left out`,
        ]
      : []),
    ...(endsInPacket && clock === undefined
      ? ["ends in the middle of a packet: packaged as far as it goes"]
      : []),
    ...(claimedSeconds === undefined
      ? []
      : [
          `its header claims ${claimedSeconds.toFixed(1)} s, its frames fill ${durationSeconds.toFixed(1)} s: they are believed`,
        ]),
  ];
}
