import type { Engine } from "./engine.js";
import { localEngine } from "./local.js";

/** A new engine is one file and one row here. */
export const ENGINES = { local: localEngine } as const satisfies Record<
  string,
  Engine
>;

export type EngineName = keyof typeof ENGINES;

export type { EncodedRung } from "./engine.js";
