import { isTextCodec } from "../captions/embedded.js";
import { PackError } from "../errors.js";
import { ratio } from "../media/time.js";
import {
  audioIn,
  audioLabel,
  type IgnoredStream,
  type VideoShape,
  type SourceInfo,
  type SourceVideo,
  videoIn,
} from "../probe/source-info.js";
import { isHdr } from "./colour-filters.js";
import { clockNotes, edgeNotes } from "./source-clock.js";
import type { Timing } from "./timing.js";

/** Abilities of the ffmpeg at hand that others may lack. */
export interface FilterSupport {
  /** It can bring HDR to standard range. */
  readonly toneMap: boolean;
}

/** A Dolby Vision profile whose base layer has its own colours: without Dolby's decoder it comes out green. */
const DOLBY_VISION_ALONE = 5;

/** @throws PackError `input` for a source whose package would be wrong */
export function refuseUnsupported(
  source: SourceInfo,
  { toneMap }: FilterSupport,
): void {
  const { path } = source;
  const video = videoIn(source);
  if (video === undefined) return;
  if (video.dolbyVisionProfile === DOLBY_VISION_ALONE) {
    throw new PackError(
      "input",
      `${path}: the picture is Dolby Vision profile 5, which ffmpeg shows in wrong colours. Expected HDR10, HLG or BT.709.`,
      { hint: "Export it as HDR10 or in standard range." },
    );
  }
  if (video.scan === "interlaced" && changesSize(video)) {
    throw new PackError(
      "input",
      `${path}: the picture is interlaced and changes its size (${(video.shapes ?? []).map(shapeText).join(", then ")}). Expected one size: fields of several cannot be woven in one run.`,
      {
        hint: "Cut it where the size changes, and package each part.",
        facts: { file: path, shapes: video.shapes },
      },
    );
  }
  if (isHdr(video) && !toneMap) {
    throw new PackError(
      "input",
      `${path}: the picture is HDR (${video.colorTransfer}), and this ffmpeg has no zscale and tonemap filters to bring it to BT.709.`,
      {
        hint: "Use an ffmpeg with libzimg; `mss-pack doctor` tells which is used.",
        facts: { file: path, transfer: video.colorTransfer },
      },
    );
  }
}

/** True when its size changes, not only the shape of its pixels. */
function changesSize({ shapes = [] }: SourceVideo): boolean {
  const sizes = shapes.map(({ width, height }) => `${width}x${height}`);
  return new Set(sizes).size > 1;
}

/** Notes on the changes to the source. */
export function sourceNotes(source: SourceInfo, timing: Timing): string[] {
  const { ignored } = source;
  const [video, audio] = [videoIn(source), audioIn(source)];
  return [
    ...ignored.filter((stream) => !isText(stream)).map(leftOutNote),
    ...textNotes(ignored.filter(isText)),
    ...(video ? videoNotes(video, timing) : []),
    ...(video && audio.length === 0
      ? ["no audio: the package has video alone"]
      : []),
    ...(audio.length > 0 && !video
      ? ["no video: the package has audio alone"]
      : []),
    ...clockNotes(source.clock),
    ...edgeNotes(source),
    ...endNotes(source, timing),
  ];
}

/** Captions that could be packaged. */
function isText({ type, codec }: IgnoredStream): boolean {
  return type === "subtitle" && isTextCodec(codec);
}

/** One note for all: a film may have captions in thirty languages. */
function textNotes(streams: readonly IgnoredStream[]): string[] {
  if (streams.length === 0) return [];
  const each = streams.map(({ index, codec, language }) =>
    [index, codec, ...(language === undefined ? [] : [language])].join(" "),
  );
  const one = streams.length === 1;
  const what = one
    ? "1 caption stream is left out"
    : `${streams.length} caption streams are left out`;
  const numbers = `(${one ? "stream" : "streams"} ${each.join(", ")})`;
  return [
    `${what} ${numbers}: --captions embedded takes ${one ? "it" : "them"}`,
  ];
}

/** A stream of the source that is not packaged, and why. */
export function leftOutNote(stream: IgnoredStream): string {
  const { index, type, codec, language, title, dispositions = [] } = stream;
  const facts = [
    ...[type, codec],
    ...(language === undefined ? [] : [language]),
    ...(title === undefined ? [] : [`"${title}"`]),
    ...dispositions,
  ];
  return `stream ${index} (${facts.join(", ")}) is left out: ${stream.reason}`;
}

function videoNotes(
  video: SourceVideo,
  { startSeconds = 0 }: Timing,
): string[] {
  const lateSeconds = video.startSeconds - startSeconds;
  const { rotation, sampleAspectRatio: sar, width, height } = video;
  return [
    ...(video.mirrored ? ["picture mirrored, as the file asks"] : []),
    ...(rotation === 0
      ? []
      : [`picture turned by ${rotation} degrees, as the file asks`]),
    ...shapeNotes(video),
    ...(sar.num === sar.den
      ? []
      : [`pixels of ${sar.num}:${sar.den} made square: ${width}x${height}`]),
    ...(video.isRateAssumed
      ? [
          `the stream does not tell how fast its frames follow one another: taken as ${ratio(video.nominalRate)} a second`,
        ]
      : []),
    ...SCAN_NOTES[scanKey(video)],
    ...(video.fullRange ? ["full-range picture brought to video range"] : []),
    ...(/(?:10|12|14|16)(?:le|be)$/.test(video.pixelFormat)
      ? ["more than 8 bits a colour reduced to 8"]
      : []),
    ...(lateSeconds > 0.1 && video.undecodedSeconds === undefined
      ? [
          `picture begins ${lateSeconds.toFixed(2)} s late: its first frame is held`,
        ]
      : []),
  ];
}

function shapeNotes({ shapes, width, height }: SourceVideo): string[] {
  if (shapes === undefined) return [];
  const words = shapes.map(shapeText).join(", then ");
  return [
    `picture changes its shape (${words}): each part is fitted into ${width}x${height}`,
  ];
}

function shapeText({ width, height, sampleAspectRatio }: VideoShape) {
  const { num, den } = sampleAspectRatio;
  const pixels = num === den ? "" : ` in pixels of ${num}:${den}`;
  return `${width}x${height}${pixels}`;
}

type ScanKey = SourceVideo["scan"] | "seen";

function scanKey({ scan, seenFieldOrder }: SourceVideo): ScanKey {
  return seenFieldOrder === undefined ? scan : "seen";
}

const SCAN_NOTES: Readonly<Record<ScanKey, readonly string[]>> = {
  progressive: [],
  interlaced: ["interlaced picture made progressive"],
  seen: [
    "interlaced picture made progressive: the file does not say so, its frames do",
  ],
  telecined: ["telecined film is left as it is: some frames show two pictures"],
};

/** Notes on how picture and sound end together. Of a part: on what of that lies in it. */
function endNotes(source: SourceInfo, timing: Timing): string[] {
  const { durationSeconds, shiftSeconds, holdSeconds } = timing;
  const { startSeconds = 0, filmSeconds = durationSeconds } = timing;
  const audio = audioIn(source);
  if (!videoIn(source) || audio.length === 0) return [];
  const behind = filmSeconds - startSeconds - durationSeconds;
  const inside = (seconds: number) =>
    Math.min(seconds - behind, durationSeconds);
  const heldSeconds = inside(holdSeconds);
  const what = heldSeconds > 0 ? "the others" : "the picture";
  const held =
    heldSeconds > 0
      ? [
          `sound goes on ${heldSeconds.toFixed(2)} s after the picture: its last frame is held`,
        ]
      : [];
  const end = filmSeconds - shiftSeconds;
  const silent = audio.flatMap((stream) => {
    const missing = inside(end - stream.startSeconds - stream.durationSeconds);
    if (missing <= 0.1) return [];
    const label = audioLabel(source, stream);
    return [
      `${label} ends ${missing.toFixed(2)} s before ${what}: filled with silence`,
    ];
  });
  return [...held, ...silent];
}
