import { type ProtectionRequest, protectionOf } from "../drm/index.js";
import { PackError } from "../errors.js";
import { withProtection } from "../smooth/protection-element.js";
import { readClearPackage, requireRight } from "./finished-package.js";
import { requireForAll } from "./target.js";
import type { Delivered, FinishedOptions } from "./options.js";
import { protectMedia } from "./protect-media.js";
import { rewritePackage, type WriteOptions } from "./rewrite-package.js";

export interface ProtectOptions extends FinishedOptions {
  readonly protection: ProtectionRequest;
}

/**
 * Protects a finished clear package. Fragments, names, bitrates, languages and comments
 * stay as they are.
 *
 * @param ism its server manifest
 * @throws PackError `input` for a package that cannot be read or is protected already, `unsupported`, `usage`, `verify`,
 * `output`, `exists` or `aborted`; nothing half-written is left behind
 */
export async function protectPackage(
  ism: string,
  options: ProtectOptions,
): Promise<Delivered> {
  const { protection } = options;
  const { systemId, data } = protectionOf(protection); // throws before any work
  const finished = await readClearPackage(ism);
  if (finished.otherManifests.length > 0) requireForAll({ protection });
  await requireRight(finished, options.signal);
  const header = Buffer.from(data).toString("base64");
  const client = withProtection(finished.client.text, systemId, header);
  if (client === undefined)
    throw new PackError(
      "input",
      `${finished.client.file}: does not end with </SmoothStreamingMedia>.`,
    );
  const { media } = finished;
  const write = (to: WriteOptions) => protectMedia(media, protection, to);
  return rewritePackage({ finished, client, protection, write }, options);
}
