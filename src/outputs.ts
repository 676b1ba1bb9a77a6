import { open } from "node:fs/promises";
import { join } from "node:path";
import type { EncodedRung } from "./encode/index.js";
import { ism } from "./manifests/ism.js";
import { ismc } from "./manifests/ismc.js";
import { makePresentation } from "./manifests/presentation.js";
import { mux, type MuxOptions } from "./mux/mux.js";
import type { TrackFile } from "./mux/track-file.js";
import { allRungs, type EncodePlan } from "./plan/encode-plan.js";
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
    options: MuxOptions,
  ): Promise<TrackFile[]>;
  manifests(
    name: string,
    tracks: readonly TrackFile[],
    folder: string,
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

  async manifests(name, tracks, folder) {
    const presentation = makePresentation(name, tracks);
    await writeText(join(folder, `${name}.ismc`), ismc(presentation));
    await writeText(join(folder, `${name}.ism`), ism(presentation));
  },

  verify: (name, folder, options) =>
    verify(join(folder, `${name}.ism`), options),
};

/** The door for a new output: one row here. */
export const OUTPUTS = { smooth } as const satisfies Record<string, Output>;

export type OutputName = keyof typeof OUTPUTS;

/** Writes a new file and flushes it to the disk. */
async function writeText(path: string, text: string): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(text, "utf8");
    await file.sync();
  } finally {
    await file.close();
  }
}
