import { PackError } from "../errors.js";
import { readMovie } from "../isobmff/read-movie.js";
import type { EncodedRung } from "./engine.js";

/**
 * Decoders may give nothing and complain of nothing: of a sound that is only
 * its lead-in, say. ffmpeg then writes a file without a track.
 *
 * @throws PackError `input` when there is such a file
 */
export async function requireDecoded(
  rungs: readonly EncodedRung[],
  source: string,
): Promise<void> {
  for (const { rung, pieces } of rungs) {
    const [piece] = pieces;
    if (rung.copied !== undefined || piece === undefined) continue;
    if ((await readMovie(piece)).length > 0) continue;
    const what = rung.kind === "video" ? "picture" : "sound";
    throw new PackError("input", `${source}: none of its ${what} decodes.`, {
      hint: "Check that it plays in a media player, or name another stream with --video or --audio.",
      facts: { file: source, kind: rung.kind },
    });
  }
}
