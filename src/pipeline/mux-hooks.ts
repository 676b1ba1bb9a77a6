import type { Stamp } from "../output/stamp.js";
import type { ServerManifest } from "../smooth/server-manifest.js";
import type { MuxPlan } from "./mux-plan.js";

/** A job that goes the way of mux, with work of its own. */
export interface MuxHooks {
  /** Of the package among the inputs whose .ism is lost: what it would say. */
  readonly server?: ServerManifest | undefined;
  /** What the package is made of, where a later run shall know it. */
  readonly stamp?: Stamp | undefined;
  /** Called when all is written into a work folder, before it is published. What it throws ends the job. */
  readonly check?: (plan: MuxPlan, folder: string) => Promise<void>;
}
