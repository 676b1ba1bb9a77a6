import type {
  AskFfprobe,
  FfprobeFrame,
  FfprobeReport,
  FfprobeStream,
  Orientation,
} from "./ask-ffprobe.js";
import { isCoverArt } from "./stream-facts.js";

const UPRIGHT: Orientation = { rotation: 0, mirrored: false };

/** The orientation fields of a stream or of a frame, from ffprobe. */
interface OrientationFields {
  readonly tags?: Readonly<Record<string, string>>;
  readonly side_data_list?: readonly Readonly<Record<string, unknown>>[];
}

/**
 * The orientation of a stream or a frame. New ffprobes print a matrix as text and a
 * counter-clockwise angle, old ones a tag with a clockwise angle.
 */
export function orientationOf({
  side_data_list: list = [],
  tags = {},
}: OrientationFields): Orientation | undefined {
  for (const { displaymatrix, rotation } of list) {
    const matrix = matrixIn(displaymatrix);
    if (matrix !== undefined) return byMatrix(matrix);
    if (typeof rotation === "number") return turned(-rotation);
  }
  const exif = EXIF[Number(tags["Orientation"])];
  if (exif !== undefined) return exif;
  const tag = Number.parseFloat(tags["rotate"] ?? "");
  return Number.isFinite(tag) ? turned(tag) : undefined;
}

/** The numbers a, b, c, d of a matrix such as "00000000: 0 -65536 0 ...". ISO/IEC 14496-12 6.2.2 */
function matrixIn(text: unknown) {
  if (typeof text !== "string") return undefined;
  const numbers = text
    .replace(/^[0-9a-f]{8}:/gm, "")
    .split(/\s+/)
    .filter((word) => word !== "")
    .map(Number);
  const [a, b, , c, d] = numbers;
  const isWhole = numbers.length === 9 && numbers.every(Number.isFinite);
  if (!isWhole || a === undefined || b === undefined) return undefined;
  return c === undefined || d === undefined ? undefined : { a, b, c, d };
}

function byMatrix(matrix: { a: number; b: number; c: number; d: number }) {
  const { a, b, c, d } = matrix;
  const determinant = a * d - b * c;
  if (determinant === 0) return UPRIGHT; // no usable matrix
  const mirrored = determinant < 0;
  const angle = mirrored ? Math.atan2(-c, d) : Math.atan2(b, a);
  return turned((angle * 180) / Math.PI, mirrored);
}

/** An angle this close to a quarter turn is one: matrices are rounded. */
const SNAP_DEGREES = 1;

function turned(degrees: number, mirrored = false): Orientation {
  const quarter = Math.round(degrees / 90) * 90;
  const isQuarter = Math.abs(degrees - quarter) < SNAP_DEGREES;
  const whole = isQuarter ? quarter : Math.round(degrees);
  return { rotation: ((whole % 360) + 360) % 360, mirrored };
}

/**
 * Orientations by the number of the tag: ffmpegs before 5.0 report it for frames, and
 * turn nothing. EXIF 2.3 4.6.4
 */
const EXIF: readonly (Orientation | undefined)[] = [
  undefined,
  UPRIGHT,
  { rotation: 0, mirrored: true },
  { rotation: 180, mirrored: false },
  { rotation: 180, mirrored: true },
  { rotation: 270, mirrored: true },
  { rotation: 90, mirrored: false },
  { rotation: 90, mirrored: true },
  { rotation: 270, mirrored: false },
];

/** Codecs whose pictures may carry their orientation: in a message (SEI), or in EXIF. */
const TELLING_CODECS = [
  ...["h264", "hevc", "vvc", "av1"],
  ...["mjpeg", "jpegls", "webp", "png", "tiff"],
];

/** A report with the orientation of its pictures, and the frames that were decoded for it. */
export interface Oriented {
  readonly report: FfprobeReport;
  /** All key frames of the only film, when its shape may change. */
  readonly keyFrames?: readonly FfprobeFrame[];
}

/**
 * The streams with the orientation in their first pictures, which ffmpeg follows:
 * ffprobe gives it only for frames.
 *
 * @param mayChange whether all key frames of a film must be decoded: then only once
 */
export async function withFrameOrientation(
  report: FfprobeReport,
  ask: AskFfprobe,
  mayChange: (film: FfprobeStream) => Promise<boolean>,
): Promise<Oriented> {
  const films = (report.streams ?? []).filter(isFilm);
  if (!films.some(mayTell)) return { report };
  const [only] = films.length === 1 ? films : [];
  const whole =
    only && (await mayChange(only))
      ? await decoded(ask, ALL_ROUGHLY)
      : undefined;
  const frames = whole ?? (await decoded(ask, FIRST)) ?? [];
  const streams = report.streams?.map((stream) => oriented(stream, frames));
  return {
    report: { ...report, ...(streams && { streams }) },
    ...(whole && {
      keyFrames: whole.filter((frame) => frame.stream_index === only?.index),
    }),
  };
}

/** A recording may begin between two key frames. */
const FIRST = ["-read_intervals", "%+#60", "-show_frames"];

const ALL_ROUGHLY = [
  ...["-skip_loop_filter", "all", "-skip_idct", "all", "-show_entries"],
  [
    "frame=stream_index,width,height,sample_aspect_ratio",
    ...[
      "frame_tags=rotate,Orientation",
      "frame_side_data=displaymatrix,rotation",
    ],
  ].join(":"),
];

/** @returns undefined when they cannot be decoded: a later step reports that */
async function decoded(
  ask: AskFfprobe,
  options: readonly string[],
): Promise<readonly FfprobeFrame[] | undefined> {
  const keys = ["-select_streams", "v", "-skip_frame", "nokey"];
  const { frames } = await ask(...keys, ...options).catch(
    (): FfprobeReport => ({}),
  );
  return frames;
}

function oriented(
  stream: FfprobeStream,
  frames: readonly FfprobeFrame[],
): FfprobeStream {
  const first = frames.find((each) => each.stream_index === stream.index);
  const orientation = mayTell(stream) && first && orientationOf(first);
  return orientation ? { ...stream, orientation } : stream;
}

function isFilm(stream: FfprobeStream): boolean {
  return stream.codec_type === "video" && !isCoverArt(stream);
}

function mayTell(stream: FfprobeStream): boolean {
  return (
    isFilm(stream) &&
    stream.encryption === undefined &&
    TELLING_CODECS.includes(stream.codec_name ?? "")
  );
}
