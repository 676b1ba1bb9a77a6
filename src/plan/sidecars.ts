import { SMOOTH_TIMESCALE } from "../media/time.js";
import type { SourceChapter } from "../probe/source-info.js";
import { SIDECARS } from "../smooth/sidecars.js";
import { even } from "./ladder.js";
import type {
  ChaptersPlan,
  EncodePlan,
  ThumbnailsPlan,
} from "./encode-plan.js";
import { laterSeconds, type Timing } from "./timing.js";

/** The film that gets chapters and thumbnails. */
export interface SidecarFilm {
  /** On the clock of the source. */
  readonly chapters: readonly SourceChapter[] | undefined;
  readonly timing: Pick<
    Timing,
    "durationSeconds" | "shiftSeconds" | "startSeconds" | "filmSeconds"
  >;
  /** Of the package. */
  readonly name: string;
  /** The size of its lowest picture; undefined: it has none. */
  readonly picture:
    { readonly width: number; readonly height: number } | undefined;
  /** Between thumbnails; undefined: none are wanted. */
  readonly everySeconds: number | undefined;
}

/** Files of a package that are no media. */
export type Sidecars = Pick<EncodePlan, "chapters" | "thumbnails">;

export interface PlannedSidecars {
  readonly plan: Sidecars;
  readonly notes: readonly string[];
}

/** Plans the files of a package that are no media. */
export function planSidecars(film: SidecarFilm): PlannedSidecars {
  const { list, notes } = planChapters(film);
  const thumbnails = planThumbnails(film);
  const chapters = { file: `${film.name}${SIDECARS.chapters}`, list };
  return {
    plan: {
      ...(list.length > 0 && { chapters }),
      ...(thumbnails.plan && { thumbnails: thumbnails.plan }),
    },
    notes: [...notes, ...thumbnails.notes],
  };
}

/** Menus of players end long before. */
const MOST_CHAPTERS = 1000;

function planChapters({ chapters = [], timing }: SidecarFilm) {
  const { durationSeconds } = timing;
  const moved = chapters
    .map((chapter) => ({
      begin: ticksOf(chapter.startSeconds + laterSeconds(timing)),
      title: titleOf(chapter),
    }))
    .toSorted((a, b) => a.begin - b.begin);
  const end = durationSeconds * SMOOTH_TIMESCALE;
  const inside = moved.filter(({ begin }) => begin < end);
  // Of several that begin together, the film is in the last one.
  const distinct = inside.filter(
    ({ begin }, i) => begin !== inside[i + 1]?.begin,
  );
  const list = distinct.slice(0, MOST_CHAPTERS).map(({ begin, title }, i) => ({
    begin,
    title: title || `Chapter ${i + 1}`,
  }));
  return {
    list,
    notes: chapterNotes(
      ...([chapters, moved.length - inside.length, distinct] as const),
      timing.filmSeconds !== undefined,
    ),
  };
}

function chapterNotes(
  chapters: readonly SourceChapter[],
  beyond: number,
  distinct: ChaptersPlan["list"],
  isPart: boolean,
): string[] {
  const of = (count: number) => `${count} of ${chapters.length} chapters`;
  return [
    ...(beyond > 0
      ? [
          `${of(beyond)} begin behind the end of the ${isPart ? "part" : "film"}: they are left out`,
        ]
      : []),
    ...(distinct.length > MOST_CHAPTERS
      ? [`only the first ${of(MOST_CHAPTERS)} are kept`]
      : []),
  ];
}

/** Picture and sound of one film begin so far apart: that is no part before the first chapter. */
const EDGE_SECONDS = 0.1;

/** To the millisecond, as WebVTT has it; what begins before the film begins with it. */
function ticksOf(seconds: number): number {
  const milliseconds = seconds < EDGE_SECONDS ? 0 : Math.round(seconds * 1000);
  return milliseconds * (SMOOTH_TIMESCALE / 1000);
}

const LONGEST_TITLE = 200;

/** One line. */
function titleOf({ title }: SourceChapter): string {
  const line = title.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return Array.from(line).slice(0, LONGEST_TITLE).join("");
}

/** A thumbnail fits into this. */
const BOX = { width: 160, height: 90 };

/** A thousand pictures are 14 million pixels, as much as phones take in one image. */
export const MOST_THUMBNAILS = 1000;

function planThumbnails({ name, timing, picture, everySeconds }: SidecarFilm): {
  plan?: ThumbnailsPlan;
  notes: readonly string[];
} {
  if (everySeconds === undefined) return { notes: [] };
  if (picture === undefined)
    return { notes: ["no thumbnails: the film has no picture"] };
  const least = Math.ceil(timing.durationSeconds / MOST_THUMBNAILS);
  const { width, height } = picture;
  const scale = Math.min(BOX.width / width, BOX.height / height);
  return {
    plan: {
      file: `${name}${SIDECARS.thumbnails}`,
      image: `${name}${SIDECARS.thumbnailImage}`,
      everySeconds: Math.max(everySeconds, least),
      width: even(width * scale),
      height: even(height * scale),
    },
    notes:
      everySeconds < least
        ? [
            `thumbnails: one each ${least} s, not each ${everySeconds} s: ${MOST_THUMBNAILS} are the most`,
          ]
        : [],
  };
}
