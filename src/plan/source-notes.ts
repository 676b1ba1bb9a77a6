import { PackError } from "../errors.js";
import type { SourceInfo, SourceVideo } from "../probe/source-info.js";

/** Transfer functions of high dynamic range. ISO/IEC 23091-2: PQ and HLG */
const HDR_TRANSFERS = ["smpte2084", "arib-std-b67"];

/**
 * @throws PackError `input` for a source that would come out wrong
 */
export function refuseUnsupported({ video, path }: SourceInfo): void {
  if (video !== undefined && HDR_TRANSFERS.includes(video.colorTransfer)) {
    throw new PackError(
      "input",
      `${path}: the picture is HDR (${video.colorTransfer}). Smooth clients show BT.709 only.`,
      {
        hint: "Tone-map it to BT.709 first.",
        facts: { file: path, transfer: video.colorTransfer },
      },
    );
  }
}

/** What happens to the source on its way, in words. */
export function sourceNotes(
  source: SourceInfo,
  durationSeconds: number,
): string[] {
  const { video, audio, ignored } = source;
  return [
    ...ignored.map(
      (stream) =>
        `stream ${stream.index} (${stream.type}, ${stream.codec}) is left out: ${stream.reason}`,
    ),
    ...(video ? pictureNotes(video) : []),
    ...(video && !audio ? ["no sound: a package of pictures alone"] : []),
    ...(audio && !video ? ["no picture: a package of sound alone"] : []),
    ...endNotes(source, durationSeconds),
  ];
}

function pictureNotes(video: SourceVideo): string[] {
  const { rotation, sampleAspectRatio: sar, width, height } = video;
  return [
    ...(rotation === 0
      ? []
      : [`picture turned by ${rotation} degrees, as the file asks`]),
    ...(sar.num === sar.den
      ? []
      : [`pixels of ${sar.num}:${sar.den} made square: ${width}x${height}`]),
    ...(video.interlaced ? ["interlaced picture made progressive"] : []),
    ...(video.fullRange ? ["full-range picture brought to video range"] : []),
    ...(/(?:10|12|14|16)(?:le|be)$/.test(video.pixelFormat)
      ? ["more than 8 bits a colour reduced to 8"]
      : []),
    ...(video.startSeconds > 0.1
      ? [
          `picture begins ${video.startSeconds.toFixed(2)} s late: its first frame is held`,
        ]
      : []),
  ];
}

/** The package ends with the picture. */
function endNotes(
  { video, audio }: SourceInfo,
  durationSeconds: number,
): string[] {
  if (!video || !audio) return [];
  const surplus = audio.startSeconds + audio.durationSeconds - durationSeconds;
  if (surplus > 0.1)
    return [`sound goes on ${surplus.toFixed(2)} s after the picture: cut`];
  if (surplus < -0.1)
    return [
      `sound ends ${(-surplus).toFixed(2)} s before the picture: filled with silence`,
    ];
  return [];
}
