import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { readMovie } from "../../src/isobmff/read-movie.js";
import type { TrackKind } from "../../src/media/track.js";
import { descendants, parseXml } from "../../src/verify/xml-reader.js";

/** What a source must say of its colours to be copied, where its size does not. */
export const BT709 = [
  ...["-colorspace", "bt709", "-color_primaries", "bt709"],
  ...["-color_trc", "bt709", "-color_range", "tv"],
];

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

/** How long the fragments of each stream are, as the client manifest tells. */
export function fragmentLengths(manifest: string): Record<string, number[]> {
  const root = parseXml(readFileSync(manifest.replace(/\.ism$/, ".ismc")));
  return Object.fromEntries(
    descendants(root, "StreamIndex").map((stream) => [
      stream.attributes.get("Type") ?? "",
      descendants(stream, "c").map((c) => Number(c.attributes.get("d"))),
    ]),
  );
}
