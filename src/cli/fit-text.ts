import type { LadderFit, RatedScore, RungFit } from "../plan/ladder-fit.js";
import { METRICS, type Metric } from "../quality/metric.js";
import { kilobits } from "../util/format.js";

/** What samples have shown of each rung, and what was chosen. */
export function fitLines(fit: LadderFit | undefined): string[] {
  if (fit === undefined) return [];
  const metric = METRICS[fit.metric];
  const enough = fit.enough === undefined ? "" : `, ${fit.enough} is enough`;
  const count = fit.windows.length;
  return [
    "",
    `Quality (${metric.title}, at most ${fit.loss}${metric.unit} lost${enough}; estimated from ${count} ${count === 1 ? "sample" : "samples"}):`,
    ...fit.rungs.flatMap((rung) => rungLines(rung, metric)),
  ];
}

function rungLines(rung: RungFit, metric: Metric): string[] {
  const told = (one: RatedScore) =>
    `${kilobits(one.bitrate)} kbit/s ${scoreText(one.score, metric)}`;
  const points = rung.points.map((point) => `crf ${point.crf}: ${told(point)}`);
  const ceiling =
    rung.ceiling === undefined
      ? []
      : [`its size can show ${scoreText(rung.ceiling, metric)}`];
  const { chosen, fixed } = rung;
  const result = chosen
    ? `crf ${chosen.crf}: ${told(chosen)}, instead of ${told(fixed)}`
    : (rung.left ?? rung.kept ?? "");
  const word = chosen
    ? "takes"
    : rung.left === undefined
      ? "fixed:"
      : "left out:";
  return [
    `  ${rung.name.padEnd(9)} ${word} ${result}`,
    `            ${[...points, ...ceiling].join("; ")}`,
  ];
}

function scoreText(score: number, { unit }: Metric): string {
  return `${score.toFixed(1)}${unit}`;
}
