import type { PackProgress } from "../options.js";
import type { Said } from "./said.js";

/** Says how the work goes, to a person or to a machine. */
export interface Reporter {
  plan(said: Said): void;
  progress(progress: PackProgress): void;
  result(said: Said): void;
  /** Leaves the terminal as it was; called also after a failure. */
  close(): void;
}
