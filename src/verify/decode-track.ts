import type { ContentKey } from "../drm/content-key.js";
import type { Tools } from "../ffmpeg/find.js";
import { checkDecoding, checkHidden } from "./decode-check.js";
import {
  plainSource,
  protectedSource,
  type DecodeSource,
} from "./decode-source.js";
import type { Findings } from "./finding.js";
import type { CheckedTrack } from "./package-check.js";
import { checkSyncFlags } from "./sync-check.js";

/**
 * Decodes a track. One that is encrypted must be hidden, and with its key decode like any other.
 *
 * @param contentKey of an encrypted track; without it only whether it is hidden is looked at
 */
export async function decodeTrack(
  folder: string,
  track: CheckedTrack,
  contentKey: ContentKey | undefined,
  tools: Tools,
  findings: Findings,
  signal?: AbortSignal,
): Promise<void> {
  const look = async (check: typeof checkDecoding, source: DecodeSource) => {
    try {
      await check(folder, track, source, tools, findings, signal);
    } finally {
      await source.close();
    }
  };
  await checkSyncFlags(folder, track, findings, signal);
  if (!track.isProtected)
    return look(checkDecoding, plainSource(folder, track, findings));
  const hidden = await protectedSource(folder, track, undefined, findings);
  if (hidden === undefined) return;
  await look(checkHidden, hidden);
  if (contentKey === undefined) return;
  const opened = await protectedSource(folder, track, contentKey, findings);
  if (opened !== undefined) await look(checkDecoding, opened);
}
