import { brokenRungs, type Gap } from "../media/broken-rungs.js";
import { secondsText, type Ticks } from "../media/time.js";
import { lostFiles, type LostFile } from "./lost-levels.js";
import { tracksWhere } from "./manifest-mends.js";
import type { MendKind, MendPlace } from "./mend.js";
import type { SeenPackage } from "./seen.js";
import { FRAME, timelines, type Timeline } from "./timeline.js";

/** What is lost of one level, and what is too much in it. */
export const LEVEL_MENDS: readonly MendKind[] = [
  {
    id: "level-lost",
    wrong:
      "the file of a level is lost or cannot be read, and others hold the film",
    mend: "the level is left out",
    find: (seen) => placesOf(seen, "level"),
  },
  {
    id: "captions-lost",
    wrong: "the file of captions is lost or cannot be read",
    mend: "the captions are left out",
    find: (seen) => placesOf(seen, "captions"),
  },
  {
    id: "level-gap",
    wrong:
      "fragments are missing in one level of the picture, and others have them",
    mend: "the level is left out",
    needsAll: true,
    find: levelGaps,
  },
  {
    id: "doubled",
    wrong: "a fragment is there twice, with the same bytes",
    mend: "it is taken once",
    needsAll: true,
    find: (seen) =>
      tracksWhere(seen, ({ doubled }) => {
        const numbers = doubled.slice(0, TOLD).map(({ number }) => number);
        if (numbers.length === 0) return undefined;
        const more = doubled.length - numbers.length;
        const rest = more > 0 ? ` and ${more} more` : "";
        return `fragment ${numbers.join(", ")}${rest}`;
      }),
  },
];

/** This many are told one by one. */
const TOLD = 3;

function placesOf(seen: SeenPackage, spared: LostFile["spared"]): MendPlace[] {
  return lostFiles(seen)
    .filter((lost) => lost.spared === spared)
    .map(({ file, why }) => ({ file, detail: why }));
}

function levelGaps(seen: SeenPackage): MendPlace[] {
  return [...brokenLevels(seen)].map(([file, gaps]) => ({
    file,
    detail: gaps
      .slice(0, TOLD)
      .map(
        ({ time, length }) => `${secondsText(length)} at ${secondsText(time)}`,
      )
      .join(", "),
  }));
}

/** The files of levels that lack pictures which others have, with what they lack. */
export function brokenLevels(seen: SeenPackage): Map<string, readonly Gap[]> {
  const videos = picturesWithGaps(seen);
  const broken = brokenRungs(videos.map(({ gaps }) => gaps));
  return new Map(
    broken.map((i) => [videos[i]?.file ?? "", videos[i]?.gaps ?? []]),
  );
}

/** Each level of the picture, with the places where it has nothing. */
export function picturesWithGaps(
  seen: SeenPackage,
): { readonly file: string; readonly gaps: readonly Gap[] }[] {
  const videos = [...timelines(seen)].filter(
    ({ kind, begins, isFaulty }) =>
      kind === "video" && begins.length > 0 && !isFaulty,
  );
  const begin = videos.reduce(
    (least, { begins: [first = least] }) => (first < least ? first : least),
    videos[0]?.begins[0] ?? 0n,
  );
  return videos.map((one) => ({ file: one.file, gaps: gapsIn(one, begin) }));
}

/** Missing fragments of pictures are longer: a picture may stand for some frames. */
const LEAST: Ticks = 4_000_000;

function gapsIn({ begins, ends }: Timeline, begin: bigint): Gap[] {
  const gaps: Gap[] = [];
  for (const [i, time] of begins.entries()) {
    const end = i === 0 ? begin : ends[i - 1];
    const length = end === undefined ? 0 : Number(time - end);
    if (end !== undefined && length > Math.max(LEAST, Number(FRAME)))
      gaps.push({ time: Number(end - begin), length });
  }
  return gaps;
}
