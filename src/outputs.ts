import { join } from "node:path";
import type { EncodedRung } from "./encode/index.js";
import { writeNew } from "./folder/durable.js";
import { writing } from "./folder/errors.js";
import { ism } from "./manifests/ism.js";
import { ismc } from "./manifests/ismc.js";
import { makePresentation } from "./manifests/presentation.js";
import { mux } from "./mux/mux.js";
import type { TrackFile, TrackFileOptions } from "./mux/track-file.js";
import { allRungs, type EncodePlan } from "./plan/encode-plan.js";
import { stampText, type Stamp } from "./stamp/stamp.js";
import {
  verify,
  type VerifyOptions,
  type VerifyReport,
} from "./verify/verify.js";

/** A kind of package: how encoded rungs become files, and how these are checked. */
export interface Output {
  /** Names of all files of the package; the last one makes it visible. */
  files(plan: EncodePlan): string[];
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

  mux,

  async manifests(name, tracks, folder, stamp) {
    const presentation = makePresentation(name, tracks);
    await writeText(join(folder, `${name}.ismc`), ismc(presentation));
    const comment = stamp && stampText(stamp);
    await writeText(join(folder, `${name}.ism`), ism(presentation, comment));
  },

  verify: (name, folder, options) =>
    verify(join(folder, `${name}.ism`), options),
};

/** The door for a new output: one row here. */
export const OUTPUTS = { smooth } as const satisfies Record<string, Output>;

export type OutputName = keyof typeof OUTPUTS;

/** @throws PackError `output` when the disk refuses */
async function writeText(path: string, text: string): Promise<void> {
  await writing(path, () => writeNew(path, text));
}
