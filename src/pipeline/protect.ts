import { type ProtectionRequest, protectionOf } from "../drm/index.js";
import { PackError } from "../errors.js";
import { withProtection } from "../smooth/protection-element.js";
import { readClearPackage, requireRight } from "./finished-package.js";
import { requireForAll } from "./target.js";
import type { Delivered, FinishedOptions } from "./options.js";
import { protectMedia } from "./protect-media.js";
import { needsRemake, remakePackage } from "./remake.js";
import { rewritePackage, type WriteOptions } from "./rewrite-package.js";

export interface ProtectOptions extends FinishedOptions {
  readonly protection: ProtectionRequest;
}

/**
 * Protects a finished clear package of any maker. Fragments, names, bitrates, languages and comments
 * stay as they are; a client manifest that it does not have is made. Plain MP4s and folders of fragments become
 * files of fragments first, as mux makes them.
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
  if (await needsRemake(ism)) return protectRemade(ism, options);
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

/** The walk of mux protects what it writes. */
async function protectRemade(
  ism: string,
  options: ProtectOptions,
): Promise<Delivered> {
  await readClearPackage(ism);
  return remakePackage(ism, options);
}
