import type { ChapterTrack, MovieText } from "../isobmff/movie-text.js";
import { at } from "../media/track.js";
import type { SourceChapter } from "../probe/source-info.js";
import { editedPart } from "./edit-list.js";

/**
 * The chapters of an MP4 in seconds of its movie, as ffprobe gives them: a track of chapters
 * comes before a list.
 *
 * @throws PackError `unsupported` for an edit list of several parts
 */
export function chaptersOf(
  { chapterTrack, chapterList }: MovieText,
  path: string,
): SourceChapter[] {
  if (chapterTrack !== undefined) return inTrack(chapterTrack, path);
  return chapterList.map(({ seconds: startSeconds, title }) => ({
    ...{ startSeconds, title },
  }));
}

function inTrack({ track, titles }: ChapterTrack, path: string) {
  const { trackId, timescale, movieTimescale, samples } = track;
  const { delay, begin } = editedPart(track, `${path} track ${trackId}`);
  return titles.map((title, i): SourceChapter => {
    const inMedia = (at(samples.decodeTime, i) - begin) / timescale;
    return { startSeconds: inMedia + delay / movieTimescale, title };
  });
}
