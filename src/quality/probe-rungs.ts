import type { EncodeContext } from "../encode/engine.js";
import { ratio } from "../media/time.js";
import type { EncodePlan, VideoPlan } from "../plan/encode-plan.js";
import { allOrStop, Lanes } from "../util/lanes.js";
import { type Candidate, wholeFile } from "./candidate.js";
import { type Point, rateAt } from "./curve.js";
import { encodeSamples } from "./encode-samples.js";
import type { Scorer } from "./metric.js";
import type { Reel } from "./reel.js";
import { scoreCandidates } from "./score.js";
import type { View } from "./view.js";

/** What all probes of a film share. */
export interface ProbeSet {
  readonly plan: EncodePlan;
  readonly picture: VideoPlan;
  readonly reel: Reel;
  readonly view: View;
  readonly scorer: Scorer;
  readonly every: number;
  /** The rate of the film by the rate of its samples. */
  readonly hardness: number;
  readonly progress: RunProgress;
}

/** Gives a run a listener, by its share of all work. */
export type RunProgress = (share: number) => EncodeContext["onProgress"];

/** Each of the first runs; further ones are not counted. */
const SHARE = 0.7 / 6;

export interface ProbedRung {
  /** Ascending by their crf, without those that the rung's peak limits. */
  readonly points: readonly Point[];
  /** The best score that its size can have; undefined for the highest, and where nothing tells. */
  readonly ceiling?: number | undefined;
}

/** Rate and score at three qualities say all between them. */
const FIRST_CRFS = [16, 24, 33] as const;
const POINTS = FIRST_CRFS.length;
/** A rung of which more are limited is kept as it is. */
const MORE_ROUNDS = 2;

/** Above, the peak and not the quality decides about the rate. */
const LIMITED = 1.1;

/**
 * Encodes and scores the samples of all rungs at several qualities.
 *
 * @param lanes how many programs run at a time
 * @throws PackError as the engine does
 */
export async function probeRungs(
  set: ProbeSet,
  lanes: Lanes,
  context: EncodeContext,
): Promise<ProbedRung[]> {
  const { rungs } = set.picture;
  const all = rungs.map(() => [] as Point[]);
  const ceilings: (number | undefined)[] = [];
  let wanted: readonly Round[] = FIRST_CRFS.map((crf, i) => ({
    ...{ crf, rungs: rungs.map((_, rung) => rung) },
    withCeilings: i === 0,
  }));
  for (let round = 0; round <= MORE_ROUNDS && wanted.length > 0; round++) {
    const signal = context.signal ?? new AbortController().signal;
    await allOrStop(wanted, signal, (probe, stop) =>
      lanes.run(async () => {
        const found = await probeAt(set, probe, { ...context, signal: stop });
        probe.rungs.forEach((rung, i) => {
          const point = found.points[i];
          if (point) all[rung]?.push(point);
        });
        found.ceilings.forEach((ceiling, rung) => (ceilings[rung] = ceiling));
      }),
    );
    for (const points of all) points.sort((a, b) => a.crf - b.crf);
    wanted = nextRounds(
      rungs.map((rung, i) => nextCrf(all[i] ?? [], rung.bitrate)),
    );
  }
  return rungs.map((rung, i) => ({
    points: unlimited(all[i] ?? [], rung.bitrate),
    ceiling: ceilings[i],
  }));
}

interface Round {
  readonly crf: number;
  /** By their places in the plan. */
  readonly rungs: readonly number[];
  readonly withCeilings?: boolean;
}

/** One run encodes all rungs that want the same quality. */
function nextRounds(crfs: readonly (number | undefined)[]): Round[] {
  const distinct = [...new Set(crfs)].filter((crf) => crf !== undefined);
  return distinct.map((crf) => ({
    crf,
    rungs: crfs.flatMap((one, rung) => (one === crf ? [rung] : [])),
  }));
}

async function probeAt(
  set: ProbeSet,
  { crf, rungs, withCeilings = false }: Round,
  context: EncodeContext,
): Promise<{
  points: Point[];
  ceilings: (number | undefined)[];
}> {
  const { plan, picture, reel, hardness } = set;
  const samples = await encodeSamples(
    ...([plan, picture, reel, { rungs, crf }] as const),
    { ...context, onProgress: set.progress(SHARE) },
  );
  const encoded = rungs.flatMap((i, k): Candidate[] => {
    const [rung, sample] = [picture.rungs[i], samples[k]];
    if (!rung || !sample) return [];
    const { path, frameCount } = sample;
    return [{ rung, media: wholeFile(path, frameCount, picture.grid) }];
  });
  const sizes = withCeilings ? scaledOnly(set) : [];
  const label = `${crf}-${rungs.join("-")}`;
  const scores = await scoreCandidates(
    ...([{ ...set, label }, [...encoded, ...sizes]] as const),
    { ...context, onProgress: set.progress(SHARE) },
  );
  const seconds = reel.frameCount / ratio(picture.grid.frameRate);
  const points = samples.flatMap(({ bits }, i): Point[] => {
    const score = scores[i];
    const sum = bits.reduce((total, one) => total + one, 0);
    const bitrate = (sum / seconds) * hardness;
    return score
      ? [{ crf, bitrate, score: score.mean, windows: score.windows }]
      : [];
  });
  const found = scores.slice(encoded.length).map(({ mean }) => mean);
  return { points, ceilings: sizes.length > 0 ? [undefined, ...found] : [] };
}

/** The lower rungs without an encoder: SSIM at the size of the rung has nothing to compare them with. */
function scaledOnly({ picture, scorer }: ProbeSet): Candidate[] {
  if (scorer.metric.name === "ssim") return [];
  return picture.rungs.slice(1).map((rung) => ({ rung }));
}

function unlimited(points: readonly Point[], bitrate: number): Point[] {
  return points.filter((point) => point.bitrate <= LIMITED * bitrate);
}

/** Another quality to try, where the peak limits some; undefined when there are enough, or none would help. */
export function nextCrf(
  points: readonly Point[],
  bitrate: number,
): number | undefined {
  const free = unlimited(points, bitrate);
  if (free.length >= POINTS) return undefined;
  const [first, second] = free;
  const highest = points.at(-1)?.crf ?? 0;
  if (first === undefined) return higher(highest);
  const limited = points.findLast(({ crf }) => crf < first.crf);
  const between = limited && middle(limited.crf, first.crf);
  const isFree =
    between !== undefined &&
    free.length > 1 &&
    rateAt(free, between) <= bitrate;
  if (isFree && isNew(points, between)) return between;
  const inside = second && middle(first.crf, second.crf);
  return inside !== undefined && isNew(points, inside)
    ? inside
    : higher(highest);
}

const MOST_CRF = 45;

function higher(crf: number): number | undefined {
  return crf + 4 <= MOST_CRF ? crf + 4 : undefined;
}

function middle(a: number, b: number): number {
  return Math.round((a + b) / 2);
}

function isNew(points: readonly Point[], crf: number): boolean {
  return points.every((point) => Math.abs(point.crf - crf) >= 1);
}
