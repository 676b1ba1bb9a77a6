import { join } from "node:path";
import { mkdirSync } from "node:fs";
import { OUTPUTS } from "../../src/pipeline/formats.js";
import type { EncodePlan } from "../../src/plan/encode-plan.js";
import { fixture, fixturePlan } from "../support/fixtures.js";

/** A small right package, one rung and the sound, in a new folder below `parent`. */
export async function packageForFuzz(parent: string): Promise<string> {
  const folder = join(parent, "package");
  mkdirSync(folder);
  const plan = lowestRung(fixturePlan());
  const [video] = plan.video?.rungs ?? [];
  if (video === undefined || plan.audio === undefined)
    throw new Error("no rungs");
  const encoded = [
    { rung: video, pieces: [fixture("video-1.mp4")] },
    { rung: plan.audio, pieces: [fixture("audio.mp4")] },
  ];
  const tracks = await OUTPUTS.smooth.mux(plan, encoded, folder, {
    tfdt: true,
  });
  await OUTPUTS.smooth.manifests(plan.name, tracks, folder, undefined);
  return folder;
}

function lowestRung(plan: EncodePlan): EncodePlan {
  if (plan.video === undefined) return plan;
  return {
    ...plan,
    video: { ...plan.video, rungs: plan.video.rungs.slice(-1) },
  };
}
