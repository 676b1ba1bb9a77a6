import { join } from "node:path";
import { ENGINES } from "../../src/encode/index.js";
import { plan } from "../../src/index.js";
import { findTools } from "../../src/ffmpeg/find.js";
import { makeClip } from "../../test/support/clip.js";
import type { Case, Outcome, Setting } from "../case.js";
import { inTurn, ratio } from "../in-turn.js";
import { measure, measureCliPeak } from "../measure.js";

/** The package may cost this much more CPU than the encode alone. */
const MOST_CPU_RATIO = 1.03;
const MOST_NODE_MB = 150;

/**
 * The main job beside one plain ffmpeg command that makes the same ladder with
 * the same encoder settings.
 */
export const mainJob: Case = {
  name: "main",
  runs: 3,
  title: "1920x1080, 30 fps, with sound, default ladder, beside ffmpeg alone",
  run: compare,
};

async function compare(setting: Setting): Promise<Outcome> {
  const { folder, runs } = setting;
  const { seconds, speed } = setting.options;
  const tools = await findTools();
  const clip = await makeClip(join(folder, "source.mp4"), {
    ...{ size: "1920x1080", rate: "30", seconds },
  });
  const [plain = []] = ENGINES.local.commands(
    await plan(clip, { encoderPreset: speed }),
    folder,
  );
  const out = ["-o", join(folder, "out"), "--overwrite", "--quiet"];
  const ours = [clip, ...out, "--encoder-preset", speed];
  const peaks: number[] = [];
  const costs = await inTurn(runs, {
    ffmpeg: () => measure(tools.ffmpeg.path, plain),
    "mss-pack": async () => {
      const cost = await measureCliPeak(ours);
      peaks.push(cost.peakBytes / 1e6);
      return cost;
    },
  });
  return {
    costs,
    figures: [
      ratio(costs, ["mss-pack", "ffmpeg"]),
      ratio(costs, ["mss-pack", "ffmpeg"], "CPU", MOST_CPU_RATIO),
      {
        ...{ what: "Node process at its peak", value: Math.max(...peaks) },
        ...{ unit: "MB", most: MOST_NODE_MB },
      },
    ],
  };
}
