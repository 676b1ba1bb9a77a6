import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { readFragment } from "../drm/finished/fragment-boxes.js";
import { sampleDefaults } from "../drm/finished/header-boxes.js";
import { readEncryptions } from "../drm/finished/header.js";
import { readSencOf } from "../drm/finished/sample-auxiliary.js";
import { PackError } from "../errors.js";
import {
  fragmentPlaces,
  type WholeFragments,
} from "../isobmff/fragment-places.js";
import { openForReading } from "../isobmff/media-source.js";
import { readAt } from "../isobmff/scan.js";
import { at } from "../media/track.js";
import { FrameHashes } from "../repair/frame-hashes.js";
import type { TrackProof } from "./frame-proof.js";
import { movieHeader } from "./mend-media.js";
import type { TrackToMend } from "./mend-tracks.js";
import { readable } from "./rewrite-package.js";

/**
 * Compares the samples of a new track, read back from the disk, with those of the old one: each as it is encrypted, with
 * its row of the senc.
 *
 * @param folder of the new files
 * @throws PackError `verify` when a sample differs
 */
export async function proveSamples(
  { path, own, file, places }: TrackToMend,
  folder: string,
  count: number,
): Promise<TrackProof> {
  const { trackId } = own.track;
  const made = join(folder, file);
  const newPlaces = (await fragmentPlaces(made)).get(trackId);
  const all = await hashesOf(path, trackId, places);
  const kept = await hashesOf(made, trackId, newPlaces ?? NOWHERE);
  const place = kept.count === count ? all.placeOf(kept) : -1;
  const source = basename(path);
  if (place >= 0)
    return {
      ...{ by: "encrypted samples", file, source, trackId },
      ...{ same: count, added: 0, leftOut: all.count - count },
    };
  throw new PackError(
    "verify",
    `${file}: its samples are not those of ${source} track ${trackId}: there are ${all.count} there and ${kept.count} here, expected ${count}.`,
  );
}

const NOWHERE: WholeFragments = { offset: [], end: [], isCutOff: false };

async function hashesOf(
  path: string,
  trackId: number,
  { offset, end }: WholeFragments,
): Promise<FrameHashes> {
  const hashes = new FrameHashes();
  const source = await openForReading(path);
  try {
    await readable(path, async () => {
      const header = await movieHeader(source);
      const defaults = sampleDefaults(header);
      const encryption = readEncryptions(header).find(
        (one) => one.trackId === trackId,
      );
      for (const [i, start] of offset.entries()) {
        const bytes = await readAt(source, start, (end[i] ?? 0) - start);
        const { senc, starts, sizes } = readFragment(bytes, {
          start,
          defaults,
        });
        const rows = encryption && senc && readSencOf(bytes, senc, encryption);
        for (const [k, begin] of starts.entries()) {
          const hash = createHash("md5");
          const { counter, runs = [] } = rows?.[k] ?? {};
          if (counter) hash.update(counter).update(JSON.stringify(runs));
          hash.update(bytes.subarray(begin, begin + at(sizes, k)));
          hashes.push(hash.digest("hex"), 0n);
        }
      }
    });
  } finally {
    await source.close();
  }
  return hashes;
}
