import type { CodedPicture } from "../codecs/codec.js";
import { PackError } from "../errors.js";
import { viewOf } from "../isobmff/bytes.js";
import { childBox, payloadOf, type ParsedBox } from "../isobmff/parsed-box.js";
import type { MovieTrack } from "../isobmff/tracks.js";

/** The shape in which a container shows a picture. Smooth can express one part of it: the width of a pixel. */

interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Refuses a picture that must be turned, mirrored or cut: Smooth's manifests and
 * clients cannot express that.
 *
 * @throws PackError `unsupported` for such a picture
 */
export function requireAsIs(track: MovieTrack, label: string): void {
  const [a = 1, b = 0, , c = 0, d = 1] = track.matrix;
  const turn = b !== 0 || c !== 0 || a <= 0 || d <= 0;
  if (turn) {
    throw notAsIs(
      label,
      `its picture is to be ${turnWords(a, b, c, d)} (matrix ${a}, ${b}, ${c}, ${d})`,
    );
  }
  const { width, height } = codedSize(track);
  const clean = cleanSize(track.sampleEntry);
  if (clean === undefined) return;
  if (clean.width === width && clean.height === height) return;
  throw notAsIs(
    label,
    `${clean.width}x${clean.height} of its ${width}x${height} are to be shown (clap)`,
  );
}

function turnWords(a: number, b: number, c: number, d: number): string {
  const isMirrored = a * d - b * c < 0;
  const degrees = Math.round((Math.atan2(b, a) * 180) / Math.PI);
  if (isMirrored) return "mirrored";
  return `turned by ${(degrees + 360) % 360} degrees`;
}

function notAsIs(label: string, what: string): PackError {
  return new PackError(
    "unsupported",
    `${label}: ${what}, and Smooth Streaming cannot say that. Expected an upright picture that is shown whole.`,
    { hint: "mss-pack FILE -o FOLDER encodes it as it should look." },
  );
}

/**
 * Clean Aperture Box: the part of the picture to show; undefined when it does not say.
 * ISO/IEC 14496-12 12.1.4
 */
function cleanSize(entry: ParsedBox): FrameSize | undefined {
  const clap = childBox(entry, "clap");
  const words = clap === undefined ? [] : wordsOf(payloadOf(clap));
  const [widthN = 0, widthD = 0, heightN = 0, heightD = 0] = words;
  if (widthN * widthD * heightN * heightD === 0) return undefined;
  return { width: widthN / widthD, height: heightN / heightD };
}

/** A smaller difference is a rounding of whole pixels. */
const LEAST_STRETCH = 0.005;

/**
 * The size in which a picture is coded. Decoders go by the stream's own size, so it
 * comes first; else the sample entry's, which is only a claim.
 *
 * @throws PackError `input` when a side is 0
 */
export function codedSizeOf(
  format: FrameSize,
  coded: CodedPicture | undefined,
  where: string,
): FrameSize {
  const { width, height } = coded?.width ? coded : format;
  if (width > 0 && height > 0) return { width, height };
  throw new PackError(
    "input",
    `${where}: its picture is ${width}x${height}. Expected a width and a height.`,
    { hint: "The file's sample entry is damaged." },
  );
}

/**
 * The size at which a picture is shown, as tall as it is coded; undefined when its
 * pixels are square. The order is ffmpeg's: pasp, else the track's size against the
 * coded one, else the stream's own aspect. The matrix scales the result.
 */
export function displaySize(
  track: MovieTrack,
  { width, height }: FrameSize,
  coded: CodedPicture | undefined,
): { displayWidth: number; displayHeight: number } | undefined {
  const [a = 1, , , , d = 1] = track.matrix;
  const scale = a > 0 && d > 0 ? a / d : 1;
  const aspect =
    scale *
    (pixelAspect(track.sampleEntry) ??
      trackAspect(track, { width, height }) ??
      coded?.pixelAspect ??
      1);
  if (Math.abs(aspect - 1) < LEAST_STRETCH) return undefined;
  return { displayWidth: Math.round(width * aspect), displayHeight: height };
}

/** ISO/IEC 14496-12 12.1.4 */
function pixelAspect(entry: ParsedBox): number | undefined {
  const pasp = childBox(entry, "pasp");
  const [across = 0, down = 0] = pasp ? wordsOf(payloadOf(pasp)) : [];
  return across > 0 && down > 0 ? across / down : undefined;
}

/** The aspect of a tkhd whose picture has another shape than the coded one. */
function trackAspect(
  { shownSize: shown }: MovieTrack,
  { width, height }: FrameSize,
): number | undefined {
  if (shown === undefined || !(shown.width > 0 && shown.height > 0))
    return undefined;
  const aspect = (shown.width / width) * (height / shown.height);
  return Math.abs(aspect - 1) < LEAST_STRETCH ? undefined : aspect;
}

function codedSize({ sampleEntry }: MovieTrack): FrameSize {
  const number = (name: string) => Number(sampleEntry.field(name));
  return { width: number("width"), height: number("height") };
}

/** A box that ends too early gives fewer numbers. */
function wordsOf(bytes: Uint8Array): number[] {
  const view = viewOf(bytes);
  return Array.from({ length: bytes.length >> 2 }, (_, i) =>
    view.getUint32(4 * i),
  );
}
