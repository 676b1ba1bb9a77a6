import { join } from "node:path";
import type { EncodedRung } from "../encode/index.js";
import type { TrackFile } from "../media/presentation.js";
import type { TrackFileOptions } from "../mux/track-file.js";
import { writing } from "../output/errors.js";
import { stampText, type Stamp } from "../output/stamp.js";
import { allRungs, type EncodePlan } from "../plan/encode-plan.js";
import { makePresentation } from "../smooth/presentation.js";
import { writeNew } from "../util/files.js";
import type { VerifyOptions, VerifyReport } from "../verify/verify.js";

/** A kind of package: how encoded rungs become files, and how these are checked. */
export interface Output {
  /** Names of all files of the package; the last one makes it visible. */
  files(plan: EncodePlan): string[];
  /**
   * Loads the code that is needed after the tracks are written: a tenth of a
   * second, that need not pass before them.
   */
  load(): Promise<unknown>;
  mux(
    plan: EncodePlan,
    encoded: readonly EncodedRung[],
    folder: string,
    options: TrackFileOptions,
  ): Promise<TrackFile[]>;
  manifests(
    name: string,
    tracks: readonly TrackFile[],
    folder: string,
    stamp: Stamp | undefined,
  ): Promise<void>;
  verify(
    name: string,
    folder: string,
    options: VerifyOptions,
  ): Promise<VerifyReport>;
}

/** Microsoft Smooth Streaming: .ismv and .isma files, .ismc, .ism. MS-SSTR 2.2 */
const smooth: Output = {
  files: (plan) => [
    ...allRungs(plan).map((rung) => rung.file),
    `${plan.name}.ismc`,
    `${plan.name}.ism`,
  ],

  load: () => Promise.all([manifestCode(), verifyCode()]),

  async mux(plan, encoded, folder, options) {
    const { mux } = await import("../mux/mux.js");
    return mux(plan, encoded, folder, options);
  },

  async manifests(name, tracks, folder, stamp) {
    const { ism, ismc } = await manifestCode();
    const presentation = makePresentation(name, tracks);
    await writeText(join(folder, `${name}.ismc`), ismc(presentation));
    const comment = stamp && stampText(stamp);
    await writeText(join(folder, `${name}.ism`), ism(presentation, comment));
  },

  async verify(name, folder, options) {
    const { verify } = await verifyCode();
    return verify(join(folder, `${name}.ism`), options);
  },
};

async function manifestCode() {
  const { ism } = await import("../smooth/write-server-manifest.js");
  const { ismc } = await import("../smooth/write-client-manifest.js");
  return { ism, ismc };
}

function verifyCode() {
  return import("../verify/verify.js");
}

/** The door for a new output: one row here. */
export const OUTPUTS = { smooth } as const satisfies Record<string, Output>;

export type OutputName = keyof typeof OUTPUTS;

/** @throws PackError `output` when the disk refuses */
async function writeText(path: string, text: string): Promise<void> {
  await writing(path, () => writeNew(path, text));
}
