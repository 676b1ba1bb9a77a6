import { requireRequest, type ProtectionRequest } from "./check-request.js";
import { playready } from "./playready.js";
import type { Protection } from "./protected-samples.js";
import type { Scheme } from "./scheme.js";
import type { SchemeName } from "./systems.js";

export type { ProtectionRequest } from "./check-request.js";

/** The door for another system: one file, its name in systems.ts, and a row here. */
export const SCHEMES: Readonly<Record<SchemeName, Scheme>> = { playready };

/**
 * What all tracks of a protected presentation have in common.
 *
 * @throws PackError `usage` for settings that cannot be written, whatever a caller without types gives;
 * `input` for a header that is for another key
 */
export function protectionOf(request: ProtectionRequest): Protection {
  requireRequest(request);
  const { scheme, contentKey, boxes = "piff" } = request;
  const { kid, key } = contentKey;
  const { systemId } = SCHEMES[scheme];
  const data = SCHEMES[scheme].header(request);
  return { systemId, data, kid, key, boxes };
}
