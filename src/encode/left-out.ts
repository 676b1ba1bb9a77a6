import type { SourceInfo } from "../probe/source-info.js";

/**
 * Is a line of ffmpeg's about a stream that is left out? While it opens a file
 * it looks into all of them: a cover that is no picture is no damage of a song.
 */
export function isAboutLeftOut(
  line: string,
  { video, audio, ignored }: SourceInfo,
): boolean {
  const [, index] = STREAM.exec(line) ?? [];
  if (index !== undefined)
    return ignored.some((stream) => stream.index === Number(index));
  const [, decoder] = /^\[(\w+) @/.exec(line) ?? [];
  const isIts = ({ codec }: { readonly codec: string }) =>
    decoder?.startsWith(codec) === true;
  const taken = [...(video ? [video] : []), ...(audio ? [audio] : [])];
  return ignored.some(isIts) && !taken.some(isIts);
}

/** ffmpeg names a stream as "stream #0:1", "(stream = 1, dts = ...)" or "in stream 1". */
const STREAM = /(?:stream #0:|\(stream = |in stream )(\d+)/i;
