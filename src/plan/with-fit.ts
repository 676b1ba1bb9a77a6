import { kilobits } from "../util/format.js";
import type { EncodePlan, SkippedRung, VideoRung } from "./encode-plan.js";
import type { ChosenQuality, LadderFit } from "./ladder-fit.js";

/** The plan with the qualities of a fit. Sizes, peaks, buffers and fragments stay those of the fixed ladder. */
export function withFit(plan: EncodePlan, fit: LadderFit): EncodePlan {
  const left = fit.rungs.flatMap(({ name, left: reason }): SkippedRung[] =>
    reason === undefined ? [] : [{ name, reason }],
  );
  const streams = plan.streams.map((stream) => {
    if (stream.kind !== "video") return stream;
    const rungs = stream.rungs.flatMap((rung, i) => {
      const own = fit.rungs[i];
      return own?.left === undefined ? [withQuality(rung, own?.chosen)] : [];
    });
    return { ...stream, rungs: withFileNames(rungs, plan.name), fit };
  });
  return {
    ...{ ...plan, streams },
    skipped: [...plan.skipped, ...left],
    estimate: lessBytes(plan, { ...plan, streams }),
  };
}

function withQuality(
  rung: VideoRung,
  chosen: ChosenQuality | undefined,
): VideoRung {
  if (chosen === undefined) return rung;
  const { crf, bitrate } = chosen;
  return { ...rung, crf, bitrate: Math.round(bitrate) };
}

/** Each file is named by its rate, and each has a name of its own. */
function withFileNames(rungs: readonly VideoRung[], name: string): VideoRung[] {
  const taken = new Set<number>();
  const named = rungs.toReversed().map((rung) => {
    let rate = kilobits(rung.bitrate);
    while (taken.has(rate)) rate++;
    taken.add(rate);
    return { ...rung, file: `${name}_${rate}.ismv` };
  });
  return named.reverse();
}

function lessBytes(before: EncodePlan, after: EncodePlan) {
  const rateOf = ({ streams }: EncodePlan) =>
    streams
      .flatMap(({ kind, rungs }) => (kind === "video" ? rungs : []))
      .reduce((sum, { bitrate }) => sum + bitrate, 0);
  const less = Math.round(
    ((rateOf(before) - rateOf(after)) * before.durationSeconds) / 8,
  );
  const { fragments, bytes, diskBytes } = before.estimate;
  // Encoded files and the package lie side by side.
  return { fragments, bytes: bytes - less, diskBytes: diskBytes - 2 * less };
}
