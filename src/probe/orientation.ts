/** How a decoded picture becomes upright: first mirrored from left to right if needed, then turned. */
export interface Orientation {
  /** Clockwise degrees from 0 to 359. */
  readonly rotation: number;
  readonly mirrored: boolean;
}

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
