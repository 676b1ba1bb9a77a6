import type { FfprobeReport, FfprobeStream } from "./ffprobe-json.js";
import { mkvEncryption } from "./mkv-encryption.js";
import type { SourceBoxes } from "./source-boxes.js";
import type { SourceFile } from "./source-file.js";
import { scrambledPids } from "./ts-scrambling.js";

/**
 * The streams with what their container says of encryption. ffprobe often tells
 * nothing of it, and then takes the noise for a film.
 *
 * @param boxes of an MP4, a row a track
 */
export async function withEncryption(
  report: FfprobeReport,
  file: SourceFile,
  boxes: readonly SourceBoxes[],
): Promise<FfprobeReport> {
  const container = report.format?.format_name ?? "";
  const say = await sayerOf(container, file, boxes);
  return {
    ...report,
    streams: (report.streams ?? []).map((stream) => {
      const encryption = say(stream);
      return encryption === undefined ? stream : { ...stream, encryption };
    }),
  };
}

/** Tells of a stream by what it is encrypted; undefined: by nothing. */
type Sayer = (stream: FfprobeStream) => string | undefined;

async function sayerOf(
  container: string,
  file: SourceFile,
  boxes: readonly SourceBoxes[],
): Promise<Sayer> {
  const isHere = file.sizeBytes > 0; // no address
  if (container === "mpegts") {
    const pids = isHere ? await scrambledPids(file) : new Set<number>();
    return (stream) =>
      pids.has(Number(stream.id)) ? "scrambled" : sampleAes(stream);
  }
  if (container.startsWith("matroska")) {
    const tracks = isHere ? await mkvEncryption(file.path) : [];
    return ({ index, tags }) =>
      tracks[index] === true || tags?.["enc_key_id"] !== undefined
        ? "ContentEncryption"
        : undefined;
  }
  return ({ index }) => boxes[index]?.encryption;
}

/** Stream types of HLS with SAMPLE-AES: H.264, AAC, AC-3, E-AC-3. Apple, MPEG-2 Stream Encryption Format for HLS 2 */
const SAMPLE_AES = [0xdb, 0xcf, 0xc1, 0xc2].map((type) => `[${type}][0][0][0]`);

function sampleAes({ codec_tag_string: tag = "" }: FfprobeStream) {
  return SAMPLE_AES.includes(tag) ? "SAMPLE-AES" : undefined;
}
