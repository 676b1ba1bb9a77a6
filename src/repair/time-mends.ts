import { secondsText, SMOOTH_TIMESCALE } from "../media/time.js";
import { numberIn } from "../smooth/client-manifest.js";
import type { MendKind, MendPlace } from "./mend.js";
import type { SeenPackage } from "./seen.js";
import { brokenLevels } from "./level-mends.js";
import { lostFiles } from "./lost-levels.js";
import { FRAME, timelines, type Timeline } from "./timeline.js";

/** What the times of fragments show. */
export const TIME_MENDS: readonly MendKind[] = [
  {
    id: "first-time",
    wrong: "the film does not begin at 0",
    mend: "all times count from its begin",
    find: offsets,
  },
  {
    id: "duration",
    wrong: "the client manifest gives another duration than its fragments have",
    mend: "it is that of the fragments",
    find: durations,
  },
  {
    id: "late-begin",
    wrong: "a track begins later than the others",
    mend: "silence is put before it, or its first picture is held",
    needsKey: true,
    find: lateBegins,
  },
  {
    id: "gap",
    wrong: "fragments are missing in the middle",
    mend: "silence is put there, or the picture before is held",
    needsKey: true,
    find: gaps,
  },
];

/** Where fragments are missing: the first place of each track. */
export function gaps(seen: SeenPackage): Generator<MendPlace> {
  return whereTimes(seen, (i, time, end) => gapAt(i, end, time));
}

/** Of the tracks that are not left out. */
function* kept(seen: SeenPackage): Generator<Timeline> {
  const lost = new Set(lostFiles(seen).map(({ file }) => file));
  const broken = brokenLevels(seen);
  for (const one of timelines(seen))
    if (!lost.has(one.file) && !(one.kind === "video" && broken.has(one.file)))
      yield one;
}

/** The earliest of all tracks; undefined when no time is known. */
export function beginOfFilm(seen: SeenPackage): bigint | undefined {
  let least: bigint | undefined;
  for (const { begins } of kept(seen)) {
    const [first] = begins;
    if (first !== undefined && (least === undefined || first < least))
      least = first;
  }
  return least;
}

function offsets(seen: SeenPackage): MendPlace[] {
  const begin = beginOfFilm(seen) ?? 0n;
  if (begin === 0n) return [];
  const file = seen.client ? seen.clientManifest : `${seen.name}.ism`;
  return [{ file, detail: `its first time is ${begin}` }];
}

/** Some makers count it from 0, and others from the begin of the film. */
function durations(seen: SeenPackage): MendPlace[] {
  const { client, clientManifest } = seen;
  if (client === undefined) return [];
  const ticks = numberIn(client.root, "TimeScale") || SMOOTH_TIMESCALE;
  const told = (client.duration / ticks) * SMOOTH_TIMESCALE;
  const end = lastEnd(seen);
  const begin = beginOfFilm(seen) ?? 0n;
  const lengths = [end, end - begin].map(Number);
  const isRight = lengths.some(
    (length) => Math.abs(told - length) <= Number(FRAME),
  );
  if (end <= 0n || isRight) return [];
  const [, length = 0] = lengths;
  const said = Number.isFinite(told) ? secondsText(told) : "none";
  const detail = `${said} for ${secondsText(length)}`;
  return [{ file: clientManifest, detail }];
}

function lastEnd(seen: SeenPackage): bigint {
  let last = 0n;
  for (const { ends } of kept(seen)) {
    const end = ends.at(-1) ?? 0n;
    if (end > last) last = end;
  }
  return last;
}

function* lateBegins(seen: SeenPackage): Generator<MendPlace> {
  const begin = beginOfFilm(seen) ?? 0n;
  for (const { file, begins } of kept(seen)) {
    const late = (begins[0] ?? begin) - begin;
    if (late > FRAME)
      yield { file, detail: `${secondsText(Number(late))} later` };
  }
}

/** The first place of each track for which there are words. */
function* whereTimes(
  seen: SeenPackage,
  detailOf: (i: number, time: bigint, end: bigint) => string | undefined,
): Generator<MendPlace> {
  for (const { file, begins, ends } of kept(seen)) {
    const detail = firstDetail({ begins, ends }, detailOf);
    if (detail !== undefined) yield { file, detail };
  }
}

function firstDetail(
  { begins, ends }: Pick<Timeline, "begins" | "ends">,
  detailOf: (i: number, time: bigint, end: bigint) => string | undefined,
): string | undefined {
  for (const [i, time] of begins.entries()) {
    const end = i === 0 ? undefined : ends[i - 1];
    const detail = end === undefined ? undefined : detailOf(i, time, end);
    if (detail !== undefined) return detail;
  }
  return undefined;
}

function gapAt(i: number, end: bigint, time: bigint): string | undefined {
  if (time - end <= FRAME) return undefined;
  return `${secondsText(Number(time - end))} before fragment ${i + 1}`;
}
