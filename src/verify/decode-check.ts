import type { ContentKey } from "../drm/content-key.js";
import type { Tools } from "../ffmpeg/find.js";
import {
  plainSource,
  protectedSource,
  type DecodeSource,
} from "./decode-source.js";
import type { Findings } from "./finding.js";
import { checkHidden } from "./hidden-check.js";
import type { CheckedTrack } from "./package-check.js";
import { decode, decoderOf, fragmentsToTry } from "./run-decoder.js";
import { checkSamples } from "./sample-check.js";
import { checkSyncFlags } from "./sync-check.js";

/**
 * Decodes a track from begin to end. For a picture, also decodes its middle and last
 * fragment each alone, as after a seek. The first one was decoded with nothing before it
 * already: it is tried alone only to name the place of a fault. Accepts no complaint.
 */
async function checkDecoding(
  folder: string,
  track: CheckedTrack,
  source: DecodeSource,
  tools: Tools,
  findings: Findings,
  signal?: AbortSignal,
): Promise<void> {
  const { file, kind, samples } = track;
  if (kind === "audio") await checkSamples(track, source, findings, signal);
  const decoder = decoderOf(folder, track, tools, signal);
  const place = findings.in(file);
  const { frames, isRight } = await decode(decoder, source.whole(), place);
  // ffmpeg regroups sound frames, so their count proves nothing.
  if (kind !== "video") return;
  place.expect("decode", "number of decoded frames", frames, samples);
  const tried = fragmentsToTry(track);
  if (isRight && frames === samples) tried.delete(0);
  for (const i of tried) {
    const bytes = await source.alone(i);
    if (bytes === undefined) return;
    const alone = findings.in(file, i + 1);
    const { frames: count } = await decode(decoder, bytes, alone);
    if (count === 0)
      alone.fault("decode", "gives no picture when decoded alone");
  }
}

/**
 * Decodes a track. An encrypted track must be hidden, and with its key it must decode
 * like any other.
 *
 * @param contentKey of an encrypted track; without it the track is only tested for being
 * hidden
 */
export async function decodeTrack(
  folder: string,
  track: CheckedTrack,
  contentKey: ContentKey | undefined,
  tools: Tools,
  findings: Findings,
  signal?: AbortSignal,
): Promise<void> {
  if (track.kind === "textstream") return; // its documents were read already
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
  const encryptedSource = await protectedSource(
    folder,
    track,
    undefined,
    findings,
  );
  if (encryptedSource === undefined) return;
  await look(checkHidden, encryptedSource);
  if (contentKey === undefined) return;
  const opened = await protectedSource(folder, track, contentKey, findings);
  if (opened !== undefined) await look(checkDecoding, opened);
}
