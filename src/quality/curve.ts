/** What a rung costs and shows with one quality. */
export interface Point {
  readonly crf: number;
  /** Of the film, in bits per second. */
  readonly bitrate: number;
  /** In the units of the metric. */
  readonly score: number;
  /** Of each sampled window. */
  readonly windows: readonly (number | undefined)[];
}

/** Between two qualities that x264 tells apart. */
export const CRF_STEP = 0.5;
/** The best quality that a ladder gets, and the least that is tried. */
export const CRF_RANGE = [16, 34] as const;

/**
 * The rate at a quality: its logarithm runs straight from point to point, and on beyond the outer ones.
 *
 * @param points two or more, ascending by their crf
 */
export function rateAt(points: readonly Point[], crf: number): number {
  const i = segmentAt(points, crf);
  const [a, b] = [points[i], points[i + 1]];
  if (a === undefined || b === undefined) return a?.bitrate ?? 0;
  const slope = Math.log(b.bitrate / a.bitrate) / (b.crf - a.crf);
  return a.bitrate * Math.exp(slope * (crf - a.crf));
}

/** The quality at which a rate is spent. Rates fall with the crf. */
export function crfAtRate(points: readonly Point[], bitrate: number): number {
  let [low, high] = [0, 51];
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    if (rateAt(points, middle) > bitrate) low = middle;
    else high = middle;
  }
  return high;
}

const HALVINGS = 40;

function segmentAt(points: readonly Point[], crf: number): number {
  const next = points.findIndex((point) => point.crf > crf);
  const end = next === -1 ? points.length - 1 : next;
  return Math.min(Math.max(0, end - 1), Math.max(0, points.length - 2));
}

/**
 * The score at a quality: a parabola through the three nearest points. It never rises with the crf: where the parabola
 * does, the score stays.
 *
 * @param of what of a point; its score when left out
 */
export function scoreAt(
  points: readonly Point[],
  crf: number,
  of: (point: Point) => number = ({ score }) => score,
): number {
  const lowest = points[0]?.crf ?? crf;
  let score = parabola(
    nearest(points, Math.min(crf, lowest)),
    Math.min(crf, lowest),
    of,
  );
  for (let at = lowest; at <= crf + 1e-9; at += CRF_STEP)
    score = Math.min(score, parabola(nearest(points, at), at, of));
  return score;
}

function nearest(points: readonly Point[], crf: number): readonly Point[] {
  if (points.length <= 3) return points;
  const first = points.findIndex((_, i) => {
    const next = points[i + 3];
    return next === undefined || crf - (points[i]?.crf ?? 0) <= next.crf - crf;
  });
  return points.slice(first, first + 3);
}

/** Lagrange's formula; a line through two points. */
function parabola(
  points: readonly Point[],
  crf: number,
  of: (point: Point) => number,
): number {
  return points.reduce((sum, point) => {
    const weight = points
      .filter((other) => other !== point)
      .reduce(
        (product, other) =>
          (product * (crf - other.crf)) / (point.crf - other.crf),
        1,
      );
    return sum + of(point) * weight;
  }, 0);
}

/** The scores of the sampled windows at a quality. */
export function windowsAt(
  points: readonly Point[],
  crf: number,
): (number | undefined)[] {
  const [first] = points;
  return (first?.windows ?? []).map((_, i) => {
    if (points.some(({ windows }) => windows[i] === undefined))
      return undefined;
    return scoreAt(points, crf, ({ windows }) => windows[i] ?? 0);
  });
}
