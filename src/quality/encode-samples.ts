import { join } from "node:path";
import type { EncodeContext } from "../encode/engine.js";
import { videoOutput } from "../encode/picture-args.js";
import { runCommand } from "../encode/run-command.js";
import type { FfmpegCommand } from "../ffmpeg/command.js";
import { readMovie } from "../isobmff/read-movie.js";
import { ratio } from "../media/time.js";
import { at } from "../media/track.js";
import type { EncodePlan, VideoPlan } from "../plan/encode-plan.js";
import { exactly } from "../plan/filters.js";
import type { Reel } from "./reel.js";

/** A rung of the samples, encoded. */
export interface EncodedSample {
  readonly path: string;
  readonly frameCount: number;
  /** Bits of each frame. */
  readonly bits: readonly number[];
}

/**
 * Encodes the samples for all rungs with one quality, under the rungs' own peaks and with the plan's own settings. One
 * thread for each, and no processor's tricks: the same samples give the same bytes, hence the same choice.
 *
 * @param rungs by their places in the plan
 * @returns a sample for each of them
 * @throws PackError as the engine does
 */
export async function encodeSamples(
  plan: EncodePlan,
  picture: VideoPlan,
  reel: Reel,
  { rungs, crf }: { readonly rungs: readonly number[]; readonly crf: number },
  context: EncodeContext,
): Promise<EncodedSample[]> {
  const paths = rungs.map((rung) =>
    join(context.folder, `sample-${rung}-${crf}.mp4`),
  );
  const command = samplesCommand(picture, reel, { rungs, crf, paths });
  const seconds = reel.frameCount / ratio(picture.grid.frameRate);
  await runCommand(plan, command, seconds, context);
  return Promise.all(paths.map(readSample));
}

function samplesCommand(
  picture: VideoPlan,
  { inputs: [first, ...moreInputs], filters, windows }: Reel,
  {
    rungs,
    crf,
    paths,
  }: { rungs: readonly number[]; crf: number; paths: readonly string[] },
): FfmpegCommand {
  if (first === undefined) throw new Error("no samples");
  const { frameRate, gopFrames } = picture.grid;
  const longest = Math.max(...windows.map(({ from, to = from }) => to - from));
  const grid = { frameRate, gopFrames: Math.min(gopFrames, longest) };
  const stream = { ...picture, grid, reproducible: true };
  const chosen = rungs.flatMap((rung) => picture.rungs[rung] ?? []);
  return {
    ...first,
    moreInputs,
    filters: [
      ...filters,
      `[reel]split=${chosen.length}${chosen.map((_, i) => `[branch${i}]`).join("")}`,
      ...chosen.map(
        (rung, i) =>
          `[branch${i}]${exactly(rung.filters).join(",") || "null"}[rung${i}]`,
      ),
    ],
    outputs: chosen.map((rung, i) => {
      const files = { path: paths[i] ?? "", statistics: "" };
      const label = `[rung${i}]`;
      const made = videoOutput(stream, { ...rung, crf }, label, files, "only");
      // The joined windows have lost the rate, which x264 shares bits by.
      const rate = ["-r", `${frameRate.num}/${frameRate.den}`];
      return { ...made, options: [...made.options, ...rate] };
    }),
  };
}

/** Sizes come from the tables of the file. */
export async function readSample(path: string): Promise<EncodedSample> {
  const [track] = await readMovie(path);
  const count = track?.samples.count ?? 0;
  const sizes = track?.samples.size ?? [];
  const bits = Array.from({ length: count }, (_, i) => at(sizes, i) * 8);
  return { path, frameCount: count, bits };
}
