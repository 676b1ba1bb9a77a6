import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { readMovie } from "../../src/isobmff/read-movie.js";
import type { TrackKind } from "../../src/media/track.js";
import { makeClip, type ClipOptions } from "./clip.js";

/** Each frame in a brightness of its own, far from its neighbours', with noise for the ladder's sake. */
const NUMBERED = "geq=lum='16+mod(N*37,200)':cb=128:cr=128,noise=alls=8:allf=t";

/** A clip of 320x180 that can be a rung as it is, with a key frame every 25 frames; its options come last. */
export async function copyableClip(
  path: string,
  { options = [], filters = "", ...more }: ClipOptions = {},
): Promise<string> {
  return makeClip(path, {
    ...{ seconds: 6.2, ...more },
    filters: [NUMBERED, filters].filter((some) => some !== "").join(","),
    options: [
      // So small a picture must say what its colours are.
      ...["-colorspace", "bt709", "-color_primaries", "bt709"],
      ...["-color_trc", "bt709", "-color_range", "tv"],
      ...["-g", "25", "-keyint_min", "25", "-sc_threshold", "0"],
      ...["-bf", "2", "-ac", "2", ...options],
    ],
  });
}

/** The bytes of each sample of the first track of a kind. */
export async function samplesOf(
  path: string,
  kind: TrackKind,
): Promise<string[]> {
  const track = (await readMovie(path)).find((one) => one.kind === kind);
  if (track === undefined) throw new Error(`${path}: no ${kind}`);
  const { count, offset, size } = track.samples;
  const file = openSync(path, "r");
  try {
    return Array.from({ length: count }, (_, i) => {
      const bytes = Buffer.alloc(size[i] ?? 0);
      readSync(file, bytes, 0, bytes.length, offset[i] ?? 0);
      return bytes.toString("base64");
    });
  } finally {
    closeSync(file);
  }
}

/** How long the fragments of each stream are, as the client manifest tells: our reader joins equal ones. */
export function fragmentLengths(manifest: string): Record<string, number[]> {
  const text = readFileSync(manifest.replace(/\.ism$/, ".ismc"), "utf8");
  return Object.fromEntries(
    text
      .split("<StreamIndex")
      .slice(1)
      .map((stream) => [
        /Type="(\w+)"/.exec(stream)?.[1] ?? "",
        [...stream.matchAll(/<c d="(\d+)"/g)].map(([, d]) => Number(d)),
      ]),
  );
}
