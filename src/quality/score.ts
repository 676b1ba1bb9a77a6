import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EncodeContext } from "../encode/engine.js";
import { nowhere } from "../encode/outputs.js";
import { runCommand } from "../encode/run-command.js";
import { PackError } from "../errors.js";
import type { FfmpegCommand } from "../ffmpeg/command.js";
import { ratio } from "../media/time.js";
import type { EncodePlan, VideoPlan } from "../plan/encode-plan.js";
import { exactly } from "../plan/filters.js";
import type { Candidate } from "./candidate.js";
import { frameScores, scoreOf, type Score } from "./frame-scores.js";
import type { MetricName, Scorer } from "./metric.js";
import type { Reel } from "./reel.js";
import { scaledTo, type View } from "./view.js";

export interface Comparison {
  readonly plan: EncodePlan;
  readonly picture: VideoPlan;
  readonly reel: Reel;
  readonly view: View;
  readonly scorer: Scorer;
  /** Each so many-th frame has a score, which costs less; 1: all. SSIM takes all. */
  readonly every: number;
  /** Unique among the comparisons in a folder. */
  readonly label: string;
}

/**
 * Scores candidates against the reel, frame by frame. VMAF compares at the size of the view; SSIM at the size of the
 * rung, because scaling alone takes more decibels than an encoder.
 *
 * @throws PackError as the engine does, `encode` when a picture has another number of frames than the reel
 */
export async function scoreCandidates(
  comparison: Comparison,
  candidates: readonly Candidate[],
  context: EncodeContext,
): Promise<Score[]> {
  const { plan, picture, reel, scorer, label, every } = comparison;
  requireEqualCounts(reel, candidates, plan.source.path);
  const logs = candidates.map((_, i) =>
    join(context.folder, `score-${label}-${i}.log`),
  );
  const command = comparisonCommand(comparison, candidates, logs);
  const seconds = reel.frameCount / ratio(picture.grid.frameRate);
  const { tools, metric } = scorer;
  await runCommand(plan, command, seconds, { ...context, tools });
  return Promise.all(
    logs.map(async (log) => {
      const frames = frameScores(metric.name, await readFile(log, "utf8"));
      requireAllScored(frames.length, reel, every, metric.name);
      return scoreOf(metric.name, frames, reel.windows);
    }),
  );
}

/** One frame more or less, and each is compared with another: 20 points less, and no error. */
function requireEqualCounts(
  { frameCount }: Reel,
  candidates: readonly Candidate[],
  source: string,
): void {
  for (const { media, rung } of candidates) {
    const found = media?.frameCount;
    if (found === undefined || found === frameCount) continue;
    throw new PackError(
      "encode",
      `${source}: rung ${rung.name} has ${found} frames where its score is measured. Expected ${frameCount}.`,
      { facts: { rung: rung.name, found, expected: frameCount } },
    );
  }
}

function requireAllScored(
  found: number,
  { frameCount }: Reel,
  every: number,
  metric: MetricName,
): void {
  const expected =
    metric === "ssim" ? frameCount : Math.ceil(frameCount / every);
  if (found === expected) return;
  throw new PackError(
    "encode",
    `${found} frames have a score (${metric}). Expected ${expected}: the source gives other frames than before.`,
    { facts: { found, expected } },
  );
}

function comparisonCommand(
  comparison: Comparison,
  candidates: readonly Candidate[],
  logs: readonly string[],
): FfmpegCommand {
  const { reel, scorer } = comparison;
  const [first, ...others] = reel.inputs;
  if (first === undefined) throw new Error("no samples");
  const branches = candidates.map((_, i) => `[reference${i}]`);
  const media = candidates.map((candidate) => candidate.media?.inputs ?? []);
  const firstOf = (i: number) =>
    reel.inputs.length + media.slice(0, i).flat().length;
  const methods = METHODS[scorer.metric.name];
  return {
    ...first,
    moreInputs: [...others, ...media.flat()],
    filters: [
      ...reel.filters,
      `[reel]split=${candidates.length}${branches.join("")}`,
      ...candidates.flatMap((candidate, i) => [
        ...(candidate.media?.filters(firstOf(i), `[decoded${i}]`) ?? []),
        ...methods(comparison, candidate, { i, log: logs[i] ?? "" }),
      ]),
    ],
    outputs: candidates.map((_, i) => nowhere(`[scored${i}]`)),
  };
}

interface Branch {
  readonly i: number;
  readonly log: string;
}

type Method = (
  comparison: Comparison,
  candidate: Candidate,
  branch: Branch,
) => string[];

/** The candidate first: with the reference first, scores are up to nine points higher. */
function vmafChains(
  { view, every }: Comparison,
  { rung, media }: Candidate,
  { i, log }: Branch,
): string[] {
  const up = `${scaledTo(view)},format=yuv420p,setsar=1`;
  const candidate =
    media === undefined
      ? [
          `[reference${i}]split=2[seen${i}][plain${i}]`,
          `[plain${i}]${[...exactly(rung.filters), up].join(",")}[candidate${i}]`,
        ]
      : [`[decoded${i}]${up}[candidate${i}]`];
  const seen = media === undefined ? `[seen${i}]` : `[reference${i}]`;
  const options = `log_fmt=json:log_path=${escaped(log)}:n_subsample=${every}:n_threads=2`;
  return [
    ...candidate,
    `${seen}${exactly(view.filters).join(",")}[original${i}]`,
    `[candidate${i}][original${i}]libvmaf=${options}:${TOGETHER}[scored${i}]`,
  ];
}

function ssimChains(
  _: Comparison,
  { rung, media }: Candidate,
  { i, log }: Branch,
): string[] {
  const small = [...exactly(rung.filters), "null"].join(",");
  const plain = "format=yuv420p,setsar=1";
  if (media === undefined) throw new Error("SSIM compares encoded pictures");
  return [
    `[decoded${i}]${plain}[candidate${i}]`,
    `[reference${i}]${small}[original${i}]`,
    `[candidate${i}][original${i}]ssim=stats_file=${escaped(log)}:${TOGETHER}[scored${i}]`,
  ];
}

/** The door for another metric. */
const METHODS: Readonly<Record<MetricName, Method>> = {
  vmaf: vmafChains,
  ssim: ssimChains,
};

/** Neither goes on when the other has ended: missing frames are then missed. */
const TOGETHER = "shortest=1:repeatlast=0";

/** A path as a value of a filter's option: ffmpeg takes escapes off twice. */
export function escaped(path: string): string {
  const asValue = path.replace(/[\\':]/g, "\\$&");
  return asValue.replace(/[\\'[\],;]/g, "\\$&");
}
