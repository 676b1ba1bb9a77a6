import type { ClockJump, FilmClock } from "../media/film-clock.js";
import { type SourceInfo, videoIn } from "../probe/source-info.js";

/** This many jumps get a note each. The first ones are enough for a recording with hundreds. */
const TOLD = 10;

/** Notes on a clock that jumps: what is done, place and length. */
export function clockNotes(clock: FilmClock | undefined): string[] {
  if (clock === undefined) return [];
  return [...jumpNotes(clock.jumps), ...strayNotes(clock.strays)];
}

export function jumpNotes(jumps: readonly ClockJump[]): string[] {
  return [
    ...jumps.slice(0, TOLD).map(({ atSeconds, bySeconds }) => {
      const at = `at ${atSeconds.toFixed(2)} s`;
      return bySeconds < 0
        ? `recordings are joined ${at}: the file's clock goes back by ${(-bySeconds).toFixed(2)} s there, the film goes on`
        : `the file's clock jumps ahead by ${bySeconds.toFixed(2)} s ${at}: no frame lies between, the film goes on`;
    }),
    ...(jumps.length > TOLD
      ? [`the file's clock jumps ${jumps.length - TOLD} more times`]
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
