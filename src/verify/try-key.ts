import type { ContentKey } from "../drm/content-key.js";
import type { Tools } from "../ffmpeg/find.js";
import { opensTrack } from "./decode-check.js";
import { protectedSource } from "./decode-source.js";
import { Findings } from "./finding.js";
import type { CheckedTrack } from "./package-check.js";

/**
 * Whether a key opens a package, where no checksum tells: what is decrypted with
 * another one is neither picture nor sound.
 *
 * @param tracks as verify has found them right
 * @returns undefined when too little is encrypted to tell
 */
export async function opensPackage(
  folder: string,
  tracks: readonly CheckedTrack[],
  contentKey: ContentKey,
  tools: Tools,
  signal?: AbortSignal,
): Promise<boolean | undefined> {
  let isOpened: boolean | undefined;
  for (const track of tracks.filter((one) => one.isProtected)) {
    const source = await protectedSource(
      ...([folder, track, contentKey, new Findings()] as const),
    );
    if (source === undefined) continue; // told by whoever opens it
    try {
      isOpened =
        (await opensTrack(folder, track, source, tools, signal)) ?? isOpened;
    } finally {
      await source.close();
    }
    if (isOpened) return true;
  }
  return isOpened;
}
