import { toLanguage } from "../media/language.js";
import type { ChosenStreams } from "./choose-streams.js";
import type { FfprobeStream } from "./ffprobe-json.js";
import type { IgnoredStream } from "./source-info.js";
import {
  countOf,
  faultOf,
  isCoverArt,
  isMedia,
  neverComes,
} from "./stream-facts.js";

/** A stream that is not packaged, by which people may know it, and why it is not. */
export function describeLeftOut(
  stream: FfprobeStream,
  chosen: ChosenStreams,
): IgnoredStream {
  const language = toLanguage(stream.tags?.["language"]);
  const title = stream.tags?.["title"];
  const dispositions = Object.entries(stream.disposition ?? {})
    .filter(([name, value]) => value === 1 && !PLAIN.includes(name))
    .map(([name]) => name);
  return {
    index: stream.index,
    type: stream.codec_type ?? "unknown",
    codec: stream.codec_name ?? "unknown",
    ...(language !== "und" && { language }),
    ...(title !== undefined && { title }),
    ...(dispositions.length > 0 && { dispositions }),
    reason: reasonOf(stream, chosen),
  };
}

/** Of these the place or the reason tells. */
const PLAIN = ["default", "attached_pic"];

function reasonOf(stream: FfprobeStream, { audio }: ChosenStreams): string {
  const { codec_type: type = "unknown" } = stream;
  if (isCoverArt(stream)) return "cover art";
  if (!isMedia(stream)) return `${type} streams are not packaged`;
  if (neverComes(stream)) return "it is declared, but nothing of it comes";
  const fault = faultOf(stream);
  if (fault !== undefined) return `it ${fault}`;
  if (type === "video" && countOf(stream) === 1) return "a single picture";
  return type === "audio" && audio.length > 1
    ? `only one sound is packaged, that of the mono streams ${streamsText(audio)}`
    : `only one ${type} stream is packaged`;
}

/** As `--audio` takes them. */
function streamsText(streams: readonly FfprobeStream[]): string {
  return streams.map(({ index }) => index).join("+");
}
