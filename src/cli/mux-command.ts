import { PackError } from "../errors.js";
import { mux } from "../pipeline/mux.js";
import { protectionOf } from "./choose-protection.js";
import { chooseReporter } from "./choose-reporter.js";
import { muxPlanSaid, muxResultSaid } from "./messages.js";
import { muxInputs, type MuxFlags } from "./mux-options.js";

/** `mss-pack mux file... -o out/` */
export async function muxCommand(
  paths: readonly string[],
  flags: MuxFlags,
  signal: AbortSignal,
): Promise<void> {
  if (!flags.out) {
    throw new PackError("usage", "No output folder. Expected -o FOLDER.", {
      hint: `For example: mss-pack mux ${paths.join(" ")} -o out/`,
    });
  }
  const inputs = muxInputs(paths, flags);
  const settings = {
    ...{ name: flags.name, fragmentSeconds: flags.fragment, signal },
  };
  const protection = await protectionOf(flags, {
    output: flags.out,
    signal,
  });
  const reporter = chooseReporter(flags);
  try {
    const result = await mux(inputs, {
      output: flags.out,
      ...settings,
      overwrite: flags.overwrite,
      verify: flags.verify,
      tfdt: flags.tfdt,
      layout: flags.compat,
      fsync: flags.fsync,
      protection,
      ffmpegPath: flags.ffmpeg,
      ffprobePath: flags.ffprobe,
      onPlan: (plan) => reporter.plan(muxPlanSaid(plan)),
      onProgress: (progress) => reporter.progress(progress),
    });
    reporter.result(muxResultSaid(result));
  } finally {
    reporter.close();
  }
}
