import { basename, dirname, join } from "node:path";
import type { Cue } from "../captions/cue.js";
import { toWebVtt } from "../captions/write-web-vtt.js";
import type { EncodedRung } from "../encode/index.js";
import {
  layOutSprite,
  makeSprite,
  type SpriteSource,
} from "../encode/thumbnails.js";
import type { Tools } from "../ffmpeg/find.js";
import type { TrackFile } from "../media/presentation.js";
import { fragmentBegins } from "../media/fragments.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import { writing } from "../output/errors.js";
import type { OutputFolder } from "../output/output-folder.js";
import {
  type EncodePlan,
  sidecarFiles,
  type ThumbnailsPlan,
} from "../plan/encode-plan.js";
import type { Sidecars } from "../plan/sidecars.js";
import { replaceText, syncFile, writeNew } from "../util/files.js";

/** The package so far. */
export interface FilmMade {
  readonly plan: Sidecars;
  readonly tracks: readonly TrackFile[];
  readonly picture: LowestPicture | undefined;
}

/** The picture of which thumbnails are taken. The smallest decodes fastest. */
export interface LowestPicture {
  /** Its file in the package. */
  readonly file: string;
  /** The same pictures where ffmpeg reads them. */
  readonly source: SpriteSource;
}

/**
 * Writes chapters and thumbnails beside the media.
 *
 * @returns their names
 * @throws PackError `output` when the disk refuses, `encode` when ffmpeg makes no thumbnails, `aborted`
 */
export async function writeSidecars(
  film: FilmMade,
  out: OutputFolder,
  tools: Tools | undefined,
): Promise<string[]> {
  const { plan, tracks } = film;
  const { chapters, thumbnails } = plan;
  const end = Math.max(...tracks.map(({ duration }) => duration));
  if (chapters)
    await writeCues(
      join(out.work, chapters.file),
      chapters.list.map(({ begin, title }) => ({ begin, text: title })),
      end,
    );
  if (thumbnails && tools)
    await writeThumbnails(film, thumbnails, end, out, tools);
  return sidecarFiles(plan);
}

async function writeThumbnails(
  { picture, tracks }: FilmMade,
  thumbnails: ThumbnailsPlan,
  end: Ticks,
  { work, signal }: OutputFolder,
  tools: Tools,
): Promise<void> {
  const track = tracks.find(({ file }) => file === picture?.file);
  if (picture === undefined || track === undefined) return;
  const { file, image, width, height } = thumbnails;
  const keyFrames = fragmentBegins(track.fragments);
  const sprite = layOutSprite(keyFrames, thumbnails);
  const path = join(work, image);
  const { source } = picture;
  await makeSprite(source, sprite, thumbnails, path, tools, signal);
  await writing(path, () => syncFile(path));
  const cues = sprite.thumbnails.map(({ begin, x, y }) => ({
    begin,
    text: `${encodeURIComponent(image)}#xywh=${x},${y},${width},${height}`,
  }));
  await writeCues(join(work, file), cues, end);
}

/** The lowest rung decodes fastest. A copied one lies in the source, perhaps beside others, and before its part. */
export async function lowestOf(
  { source, startSeconds = 0 }: EncodePlan,
  rungs: readonly EncodedRung[],
): Promise<LowestPicture | undefined> {
  const lowest = rungs.findLast(({ rung }) => rung.kind === "video");
  if (lowest === undefined) return undefined;
  const { rung, pieces } = lowest;
  const { file } = rung;
  if (rung.copied === undefined)
    return { file, source: await joinedPieces(pieces) };
  const [path = ""] = pieces;
  const { trackId } = rung.copied;
  const ofTrack = trackId !== undefined && { trackId };
  const late = 0 - Math.round(startSeconds * SMOOTH_TIMESCALE);
  const place = { path, demuxer: source.container, ...ofTrack };
  return { file, source: { ...place, ...(late < 0 && { late }) } };
}

/** A list of pieces lies beside them. */
async function joinedPieces(pieces: readonly string[]): Promise<SpriteSource> {
  const [path = "", ...more] = pieces;
  if (more.length === 0) return { path, demuxer: "mov" };
  const list = join(dirname(path), "pieces.ffconcat");
  const lines = pieces.map((piece) => `file '${basename(piece)}'\n`);
  await writing(list, () =>
    replaceText(list, `ffconcat version 1.0\n${lines.join("")}`),
  );
  return { path: list, demuxer: "concat" };
}

/** Each cue ends where the next begins, the last with the film. */
async function writeCues(
  path: string,
  cues: readonly { readonly begin: Ticks; readonly text: string }[],
  end: Ticks,
): Promise<void> {
  const whole = cues.map(({ begin, text }, i): Cue => ({
    ...{ begin, end: cues[i + 1]?.begin ?? end },
    ...{ lines: [[{ text }]], place: { vertical: "bottom", align: "center" } },
  }));
  await writing(path, () => writeNew(path, toWebVtt(whole)));
}
