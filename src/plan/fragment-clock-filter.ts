import { jumpNotes } from "./clock-notes.js";
import type { FragmentClock } from "../probe/source-info.js";

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

/** This many holes get a note each. */
const TOLD = 5;

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
  const more = places.length - TOLD;
  const rest = more > 0 ? ` and in ${more} more places` : "";
  const what =
    stream === "picture" ? "the picture before is held" : "silence is put in";
  return [
    ...jumps,
    `${stream}: nothing for ${places.slice(0, TOLD).join(", ")}${rest}; ${what}`,
  ];
}

/** No viewer sees or hears a smaller difference, so it gets no note. */
const SHORTEST_SECONDS = 0.01;
