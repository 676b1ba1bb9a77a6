import type {
  LanguageShare,
  RungShare,
  StreamShare,
} from "./audience-report.js";
import type { DayTally, RungTime, Shown } from "./film.js";

/** How long something was watched, when all logs are read. */
export interface WatchedTime {
  readonly shown: Shown;
  readonly ticks: number;
  /** The part of the ticks that is estimated. */
  readonly estimated: number;
}

export function watchedTimes({ watched }: DayTally): WatchedTime[] {
  return [...watched].map(([shown, time]) => timeOf(shown, time));
}

/** A line may give a duration after the fragment was counted as watched. */
function timeOf(shown: Shown, { ticks, untold }: RungTime): WatchedTime {
  const { stream } = shown.rung;
  let [exact, estimated] = [ticks, 0];
  for (const [place, count] of untold) {
    const duration = stream.toldDuration(place);
    if (duration !== undefined) exact += duration * count;
    else estimated += stream.estimatedDuration(place) * count;
  }
  return { shown, ticks: exact + estimated, estimated };
}

/** The same bitrate in several packages, or streams, is one rung. */
export function rungShares(times: readonly WatchedTime[]): RungShare[] {
  const groups = sharesBy(times, ({ rung }) => {
    const { type } = rung.stream;
    return type === "text" ? undefined : { type, bitrate: rung.bitrate };
  });
  return groups.sort(
    (a, b) =>
      TYPES.indexOf(a.type) - TYPES.indexOf(b.type) || b.bitrate - a.bitrate,
  );
}

const TYPES: readonly RungShare["type"][] = ["video", "unknown", "audio"];

/** All streams of a language are one. */
export function languageShares(
  times: readonly WatchedTime[],
  kind: "audio" | "captions",
): LanguageShare[] {
  const groups = sharesBy(times, ({ [kind]: stream }) => ({
    language: stream?.language ?? null,
  }));
  return groups.sort((a, b) => inOrderOfTime(a, b));
}

/** Of one package: its streams have names of their own. */
export function streamShares(
  times: readonly WatchedTime[],
  kind: "audio" | "captions",
): StreamShare[] {
  const groups = sharesBy(times, ({ [kind]: stream }) => ({
    stream: stream?.name ?? null,
    language: stream?.language ?? null,
  }));
  return groups.sort(
    (a, b) => inOrderOfTime(a, b) || inOrder(a.stream ?? "", b.stream ?? ""),
  );
}

/** The longest time first, and what had none last. */
function inOrderOfTime(a: LanguageShare, b: LanguageShare): number {
  if (a.language === null || b.language === null)
    return Number(a.language === null) - Number(b.language === null);
  return b.seconds - a.seconds || inOrder(a.language, b.language);
}

/** Times with equal keys as one. */
function sharesBy<K extends object>(
  times: readonly WatchedTime[],
  keyOf: (shown: Shown) => K | undefined,
): (K & { seconds: number; share: number })[] {
  const groups = new Map<string, { key: K; ticks: number }>();
  for (const { shown, ticks } of times) {
    const key = keyOf(shown);
    if (key === undefined) continue;
    const name = JSON.stringify(key);
    const before = groups.get(name)?.ticks ?? 0;
    groups.set(name, { key, ticks: before + ticks });
  }
  const all = sum(times.map(({ ticks }) => ticks));
  return [...groups.values()].map(({ key, ticks }) => ({
    ...key,
    seconds: secondsOf(ticks),
    share: all === 0 ? 0 : Math.round((ticks / all) * 1e4) / 1e4,
  }));
}

const TICKS_PER_SECOND = 1e7;

/** To the millisecond. */
export function secondsOf(ticks: number): number {
  return Math.round((ticks / TICKS_PER_SECOND) * 1e3) / 1e3;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** By code units: the same on every machine. */
export function inOrder(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
