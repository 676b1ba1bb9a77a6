import type { CodedPicture } from "../codecs/codec.js";
import { PackError } from "../errors.js";
import { viewOf } from "../isobmff/bytes.js";
import { childBox, payloadOf, type ParsedBox } from "../isobmff/parsed-box.js";
import type { MovieTrack } from "../isobmff/tracks.js";

/** In what shape a container shows a picture. Smooth can say one of it: how wide its pixels are. */

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * @throws PackError `unsupported` for a picture that is to be turned, mirrored or cut: no
 * manifest and no client of Smooth knows of that
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

/** Clean Aperture Box: what of the picture is to be shown; undefined when it does not say. ISO/IEC 14496-12 12.1.4 */
function cleanSize(entry: ParsedBox): Size | undefined {
  const clap = childBox(entry, "clap");
  const words = clap === undefined ? [] : wordsOf(payloadOf(clap));
  const [widthN = 0, widthD = 0, heightN = 0, heightD = 0] = words;
  if (widthN * widthD * heightN * heightD === 0) return undefined;
  return { width: widthN / widthD, height: heightN / heightD };
}

/** Less is a rounding of whole pixels. */
const LEAST_STRETCH = 0.005;

/**
 * The size in which a picture is coded: the stream's own word, which decoders go by;
 * else the sample entry's, which is a claim about it.
 *
 * @throws PackError `input` when a side is 0
 */
export function codedSizeOf(
  format: Size,
  coded: CodedPicture | undefined,
  where: string,
): Size {
  const { width, height } = coded?.width ? coded : format;
  if (width > 0 && height > 0) return { width, height };
  throw new PackError(
    "input",
    `${where}: its picture is ${width}x${height}. Expected a width and a height.`,
    { hint: "The file's sample entry is damaged." },
  );
}

/**
 * The size at which a picture is shown, as tall as it is coded; none when its
 * pixels are square. As ffmpeg has it: pasp, else the track's size beside the
 * coded one, else the stream's own word; and the matrix scales.
 */
export function displaySize(
  track: MovieTrack,
  { width, height }: Size,
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

/** Of a tkhd that gives the picture another shape than it is coded in. */
function trackAspect(
  { shownSize: shown }: MovieTrack,
  { width, height }: Size,
): number | undefined {
  if (shown === undefined || !(shown.width > 0 && shown.height > 0))
    return undefined;
  const aspect = (shown.width / width) * (height / shown.height);
  return Math.abs(aspect - 1) < LEAST_STRETCH ? undefined : aspect;
}

function codedSize({ sampleEntry }: MovieTrack): Size {
  const number = (name: string) => Number(sampleEntry.field(name));
  return { width: number("width"), height: number("height") };
}

/** A box that ends too early says less. */
function wordsOf(bytes: Uint8Array): number[] {
  const view = viewOf(bytes);
  return Array.from({ length: bytes.length >> 2 }, (_, i) =>
    view.getUint32(4 * i),
  );
}
