import { PackError } from "../errors.js";
import type { SourceInfo } from "../probe/source-info.js";
import type { LateStream } from "../tools/complaints.js";
import { listingCommand } from "../tools/reading.js";

/**
 * Decides about a stream that comes later in the file than anybody has looked:
 * the plan does not know it, and ffmpeg leaves it out.
 *
 * @returns a note about one that would not be packaged anyway
 * @throws PackError `input` for a picture or a sound, which the package would lack
 */
export function judgeLateStream(
  { type, index, atByte }: LateStream,
  { path }: SourceInfo,
): string {
  if (type !== "video" && type !== "audio")
    return `stream ${index} (${type}) begins late and is left out: ${type} streams are not packaged`;
  const megabytes = Math.ceil(Math.max(0, atByte) / 1e6) + BEHIND_IT;
  const what = type === "video" ? "a picture" : "a sound";
  throw new PackError(
    "input",
    `${path}: ${what} (stream ${index}) begins ${placeText(atByte)}. Expected every stream to begin near the start, where the package is planned.`,
    {
      hint: `Write it anew with a list of its streams, and give that file: ${listingCommand(path, megabytes)}`,
      facts: { file: path, stream: index, type, atByte },
    },
  );
}

function placeText(atByte: number): string {
  return atByte < 0
    ? "far into the file"
    : `${Math.floor(atByte / 1e6)} MB into the file`;
}

/** So many megabytes of a stream tell what it is. */
const BEHIND_IT = 50;
