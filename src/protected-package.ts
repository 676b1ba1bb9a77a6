import type { ProtectionFacts } from "./drm/facts.js";
import type { ProtectionRequest } from "./drm/index.js";
import type { TrackFile } from "./mux/track-file.js";

/** How a package is protected. */
export interface ProtectedPackage extends ProtectionFacts {
  /** Which part of the bytes of all samples nobody can read without the key, 0 to 1; undefined when they were not looked at. */
  readonly share?: number | undefined;
}

/** A file that was written, as far as it is protected. */
export type ProtectedFile = Pick<TrackFile, "file" | "protection">;

/** @param files that were written; none when the package stood there before */
export async function protectedPackage(
  request: ProtectionRequest | undefined,
  files: readonly ProtectedFile[],
): Promise<ProtectedPackage | undefined> {
  if (request === undefined) return undefined;
  const { protectionFacts } = await import("./drm/facts.js");
  const sum = (key: "hiddenBytes" | "sampleBytes") =>
    files.reduce(
      (bytes, { protection }) => bytes + (protection?.[key] ?? 0),
      0,
    );
  const all = sum("sampleBytes");
  return {
    ...protectionFacts(request),
    ...(all > 0 && { share: sum("hiddenBytes") / all }),
  };
}
