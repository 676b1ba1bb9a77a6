import { ENCRYPTED_ENTRIES } from "../isobmff/parsed-box.js";
import { numberOr, type FfprobeStream, taggedEnd } from "./ask-ffprobe.js";

/** One stream, as far as ffprobe describes it. */

export function isMedia({ codec_type }: FfprobeStream): boolean {
  return codec_type === "video" || codec_type === "audio";
}

export function isCoverArt(stream: FfprobeStream): boolean {
  return has(stream, "attached_pic");
}

/** ffprobe's disposition of that name, such as `default` or `comment`. */
export function has({ disposition }: FfprobeStream, name: string): boolean {
  return disposition?.[name] === 1;
}

/** Frames or packets; undefined when they were not counted. */
export function countOf(stream: FfprobeStream): number | undefined {
  const count = numberOr(stream.nb_read_packets ?? stream.nb_frames, NaN);
  return Number.isNaN(count) ? undefined : count;
}

/** Its length; 0 when the file gives none. */
export function streamSeconds(stream: FfprobeStream): number {
  const start = numberOr(stream.start_time, 0);
  return numberOr(stream.duration, (taggedEnd(stream) ?? start) - start);
}

/** True for a stream that the file declares without any packets. */
export function neverComes(stream: FfprobeStream): boolean {
  return countOf(stream) === 0;
}

/** Why a stream cannot be decoded; undefined when it can, as far as ffprobe shows. */
export function streamError(stream: FfprobeStream): string | undefined {
  const tag = stream.codec_tag_string ?? "";
  const encryption = streamEncryption(stream);
  if (encryption !== undefined) return `is encrypted (${encryption})`;
  const codec = stream.codec_name ?? "unknown";
  if (codec === "unknown" || codec === "none")
    return `has a codec that this ffmpeg does not know (${tag})`;
  const size = stream.codec_type === "video" ? stream.width : stream.channels;
  if ((size ?? 0) === 0) return `cannot be read: ${codec} without its header`;
  return undefined;
}

/** How a stream is encrypted, by its container or by its tag; undefined when it is not. */
export function streamEncryption({
  encryption,
  codec_tag_string: tag = "",
}: FfprobeStream): string | undefined {
  return encryption ?? (ENCRYPTED_ENTRIES.includes(tag) ? tag : undefined);
}
