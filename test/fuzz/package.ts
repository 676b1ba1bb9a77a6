import { join } from "node:path";
import { mkdirSync } from "node:fs";
import type { ProtectionRequest } from "../../src/drm/index.js";
import { cutRungs } from "../../src/mux/cut-rungs.js";
import { FORMATS } from "../../src/pipeline/formats.js";
import { allRungs, type EncodePlan } from "../../src/plan/encode-plan.js";
import { fixtureEncoded, fixturePlan } from "../support/fixtures.js";

/** A small right package, one rung and the sound, in a new folder below `parent`. */
export async function packageForFuzz(
  parent: string,
  protection?: ProtectionRequest,
): Promise<string> {
  const folder = join(parent, "package");
  mkdirSync(folder);
  const plan = lowestRung(fixturePlan());
  const kept = allRungs(plan);
  const encoded = fixtureEncoded(fixturePlan()).filter(({ rung }) =>
    kept.some(({ file }) => file === rung.file),
  );
  const planned = await cutRungs(plan, encoded, folder);
  const tracks = await FORMATS.smooth.tracks(planned, {
    ...{ tfdt: true, protection },
  });
  await FORMATS.smooth.manifests({ name: plan.name, tracks }, folder);
  return folder;
}

function lowestRung(plan: EncodePlan): EncodePlan {
  const streams = plan.streams.map((stream) =>
    stream.kind === "video"
      ? { ...stream, rungs: stream.rungs.slice(-1) }
      : stream,
  );
  return { ...plan, streams };
}
