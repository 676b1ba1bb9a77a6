import { join } from "node:path";
import type { Tools } from "../ffmpeg/find.js";
import { hasFragments, readMovie } from "../isobmff/read-movie.js";
import { encryptionOf } from "../isobmff/parsed-box.js";
import { rescale, SMOOTH_TIMESCALE } from "../media/time.js";
import { trackEnd } from "../media/track.js";
import type { ServerTrack } from "../smooth/server-manifest.js";
import type { Findings } from "./finding.js";
import type { CheckedTrack } from "./package-check.js";
import { decode, decoderOf } from "./run-decoder.js";

const PLAIN =
  "is an MP4 that is not cut into fragments: Azure's origin did that for each request, and no other origin does";

/** Names of files with fragments. */
const FRAGMENTED = /\.ism[avt]$/i;

/** Whether a track's file is a plain MP4, as Azure kept them. */
export async function isPlain(folder: string, src: string): Promise<boolean> {
  if (FRAGMENTED.test(src) || !/\.\w+$/.test(src)) return false;
  return !(await hasFragments(join(folder, src)).catch(() => true));
}

/** Looks at a track of a plain MP4, and decodes it. */
export async function checkPlain(
  folder: string,
  { src, trackId, kind }: ServerTrack,
  tools: Tools | undefined,
  findings: Findings,
  signal: AbortSignal | undefined,
): Promise<CheckedTrack | undefined> {
  const place = findings.in(src);
  place.dialect.say("index", PLAIN);
  const movie = await readMovie(join(folder, src));
  const track = movie.find((one) => one.trackId === trackId);
  if (track === undefined || track.kind !== kind) {
    place.fault("header", `has no ${kind} track ${trackId}`);
    return undefined;
  }
  const { samples, timescale, sampleEntry } = track;
  const checked = {
    ...{ file: src, kind, trackId },
    ...{ fragments: 0, samples: samples.count },
    end: rescale(trackEnd(samples), timescale, SMOOTH_TIMESCALE),
    isProtected: encryptionOf(sampleEntry) !== undefined,
    protectionScheme: undefined,
  };
  if (tools !== undefined && !checked.isProtected)
    await decode(decoderOf(folder, checked, tools, signal), undefined, place);
  return checked;
}
