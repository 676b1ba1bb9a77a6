import type { ProtectionFacts, ProtectionRequest } from "../drm/index.js";
import type { TrackFile } from "../media/presentation.js";
import { sidecarKind } from "../smooth/sidecars.js";
import type { VerifyReport } from "../verify/verify.js";

/** How a package is protected. */
export interface ProtectedPackage extends ProtectionFacts {
  /**
   * The part of the bytes of all samples that is hidden without the key, 0 to 1; undefined
   * when the samples were not looked at.
   */
  readonly share?: number | undefined;
}

/** A written file, with its protection. */
export type ProtectedFile = Pick<TrackFile, "file" | "protection">;

/** @param files that were written; none when the package stood there before */
export async function protectedPackage(
  request: ProtectionRequest | undefined,
  files: readonly ProtectedFile[],
): Promise<ProtectedPackage | undefined> {
  if (request === undefined) return undefined;
  const { protectionFacts } = await import("../drm/index.js");
  const sum = (key: "encryptedBytes" | "sampleBytes") =>
    files.reduce(
      (bytes, { protection }) => bytes + (protection?.[key] ?? 0),
      0,
    );
  const all = sum("sampleBytes");
  return {
    ...protectionFacts(request),
    ...(all > 0 && { share: sum("encryptedBytes") / all }),
  };
}

/**
 * Compares the protection of an existing package with the requested one. `protect` and
 * `unprotect` change the protection but not the stamp.
 *
 * @returns how it differs, in words
 */
export async function otherProtection(
  { tracks, protection: existing }: VerifyReport,
  request: ProtectionRequest | undefined,
): Promise<string | undefined> {
  // Text is never encrypted.
  const media = tracks.filter(({ kind }) => kind !== "textstream");
  if (request === undefined)
    return media.some((track) => track.isProtected)
      ? "is protected"
      : undefined;
  if (media.some((track) => !track.isProtected)) return "is in the clear";
  const { protectionOf } = await import("../drm/index.js");
  const { systemId, data, encryption } = protectionOf(request);
  const header = Buffer.from(data).toString("base64");
  if (existing?.systemId !== systemId || existing.header !== header)
    return "is protected with another key or header";
  return media.some((track) => track.protectionScheme !== encryption)
    ? "is protected with other boxes"
    : undefined;
}

/** Slices of more than a few hundred bytes give a far larger share. */
const USUAL_SHARE = 0.8;

/**
 * Names the tracks that stay readable in large part without the key: tracks of many small
 * slices.
 */
export function protectionNotes(files: readonly ProtectedFile[]): string[] {
  return files.flatMap(({ file, protection }) => {
    if (protection === undefined) return [];
    const share = protection.encryptedBytes / protection.sampleBytes;
    if (share >= USUAL_SHARE) return [];
    const percent = Math.floor(share * 100);
    return [
      `${file}: ${percent} % of its bytes are encrypted; its slices are small, and the first 96 bytes of each stay clear`,
    ];
  });
}

/** A protected package has thumbnails that everybody can look at. */
export function clearPictureNotes(sidecars: readonly string[]): string[] {
  return sidecars
    .filter((file) => sidecarKind(file) === "thumbnailImage")
    .map((file) => `${file}: thumbnails are pictures of the film in the clear`);
}
