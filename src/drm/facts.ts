import type { ProtectionRequest } from "./index.js";
import { uuidText } from "./kid.js";
import { checksum } from "./playready.js";
import type { SchemeName } from "./system.js";

/** What everybody may know of a protection: it stands in the package, too. */
export interface ProtectionFacts {
  readonly scheme: SchemeName;
  /** Key ID, a UUID. */
  readonly kid: string;
  /** Tells the right key from wrong ones; base64. */
  readonly checksum: string;
  readonly boxes: "piff" | "cenc";
}

export function protectionFacts(request: ProtectionRequest): ProtectionFacts {
  const { scheme, contentKey, boxes = "piff" } = request;
  const kid = uuidText(contentKey.kid);
  return { scheme, kid, checksum: checksum(contentKey), boxes };
}
