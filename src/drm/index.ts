import type { BoxStyle } from "./box-style.js";
import { playready } from "./playready.js";
import type { Protection } from "./protected-samples.js";
import type { HeaderSettings, Scheme } from "./scheme.js";
import type { SchemeName } from "./systems.js";

/** The door for another system: one file, its name in systems.ts, and a row here. */
export const SCHEMES: Readonly<Record<SchemeName, Scheme>> = { playready };

/** How a presentation is to be protected. */
export interface ProtectionRequest extends HeaderSettings {
  readonly scheme: SchemeName;
  /** As PIFF 1.1 has them, which all players read, or those of ISO/IEC 23001-7. Default `piff`. */
  readonly boxes?: BoxStyle | undefined;
  /**
   * The same tracks with the same key give the same bytes. Else initialization vectors
   * are random, and no two runs give the same. Costs a hash over all samples.
   */
  readonly reproducible?: boolean | undefined;
}

/**
 * What all tracks of a protected presentation have in common.
 *
 * @throws PackError `usage` for settings that cannot be written
 */
export function protectionOf(request: ProtectionRequest): Protection {
  const { scheme, contentKey, boxes = "piff" } = request;
  const { kid, key } = contentKey;
  const { systemId } = SCHEMES[scheme];
  const data = SCHEMES[scheme].header(request);
  return { systemId, data, kid, key, boxes };
}
