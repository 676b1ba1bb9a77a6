import type { Engine } from "./engine.js";
import { localEngine } from "./local.js";

/** The door for a new engine: one file and one row. */
export const ENGINES = { local: localEngine } as const satisfies Record<
  string,
  Engine
>;

export type EngineName = keyof typeof ENGINES;

export type {
  EncodeContext,
  EncodedRung,
  EncodedStep,
  EncodeProgress,
  EncodeStep,
} from "./engine.js";
