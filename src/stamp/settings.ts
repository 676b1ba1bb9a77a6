import { createHash } from "node:crypto";
import { protectionOf, type ProtectionRequest } from "../drm/index.js";
import type { PackOptions } from "../options.js";
import type { EncodePlan } from "../plan/encode-plan.js";

/**
 * SHA-256 of all that decides about a package beside the bytes of its source,
 * in hex. Taken of the plan, not of the options: other words for the same rungs
 * are the same settings.
 */
export function settingsHash(plan: EncodePlan, options: PackOptions): string {
  const settings = {
    ...plan,
    // The source has a hash of its own; the others are for people only.
    source: undefined,
    preset: undefined,
    notes: undefined,
    skipped: undefined,
    estimate: undefined,
    format: options.format ?? "smooth",
    engine: options.engine ?? "local",
    tfdt: options.tfdt ?? false,
    layout: options.layout ?? "standard",
    salvage: options.salvage ?? false,
    protection: options.protection && protectionText(options.protection),
  };
  const text = JSON.stringify(settings, sortKeys);
  return createHash("sha256").update(text).digest("hex");
}

/** Key ID and, by the header's checksum, the key; not the vectors, which are other ones every time. */
function protectionText(request: ProtectionRequest): string {
  const { systemId, data, boxes } = protectionOf(request);
  return [systemId, boxes, Buffer.from(data).toString("base64")].join(" ");
}

/** In which order a plan's fields were written down must not matter. */
function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return value;
  const entries = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
}
