import { join } from "node:path";
import type { EncodeContext } from "../encode/engine.js";
import { encodeCommand } from "../encode/ffmpeg-args.js";
import { NO_FILES } from "../encode/outputs.js";
import { runCommand } from "../encode/run-command.js";
import type { FrameRange } from "../media/fragment-length.js";
import type { EncodePlan, VideoPlan } from "../plan/encode-plan.js";
import { readSample } from "./encode-samples.js";

const SMALL = "scale=w=-2:h=360:flags=bicubic";
const CRF = 26;

/**
 * How hard all of a film is beside some windows of it: the size of all of it, encoded small and fast, by the size of
 * the windows. The rate of samples times this is the rate of the film.
 *
 * @param windows that the samples are
 * @returns 1 for a film that is as hard as they are
 * @throws PackError as the engine does
 */
export async function hardness(
  plan: EncodePlan,
  picture: VideoPlan,
  windows: readonly FrameRange[],
  context: EncodeContext,
): Promise<number> {
  const [rung] = picture.rungs;
  if (rung === undefined) return 1;
  const small = {
    ...{ ...rung, profile: "main" as const, level: "4.0" },
    filters: [SMALL, "format=yuv420p", "setsar=1"],
    weighingCrf: CRF,
  };
  const stream: VideoPlan = {
    ...picture,
    ...{ encoderPreset: "ultrafast", reproducible: true, rungs: [small] },
  };
  const path = join(context.folder, "pre-pass.mp4");
  const alone = { ...plan, streams: [stream] };
  const files = [[{ ...NO_FILES, path }]];
  const command = encodeCommand(alone, files, "only");
  await runCommand(alone, command, plan.durationSeconds, context);
  const { bits } = await readSample(path);
  const inside = windows.flatMap(({ from, to }) => bits.slice(from, to));
  return mean(bits) / Math.max(1, mean(inside));
}

function mean(values: readonly number[]): number {
  const sum = values.reduce((total, one) => total + one, 0);
  return sum / Math.max(1, values.length);
}
