import { MANIFEST_MENDS } from "./manifest-mends.js";
import { MEDIA_MENDS } from "./media-mends.js";
import type { FoundMend, MendKind, MendPlace } from "./mend.js";
import type { SeenPackage } from "./seen.js";
import { TIME_MENDS } from "./time-mends.js";

/** All that repair mends. A new mend is a row. */
export const MENDS: readonly MendKind[] = [
  ...MANIFEST_MENDS,
  ...MEDIA_MENDS,
  ...TIME_MENDS,
];

/** A package may have thousands of places of a kind; these are enough to find them. */
const MOST_PLACES = 100;

/**
 * The mends that a package needs, in the order of {@link MENDS}. After a quick look, those that only reading
 * each fragment shows may be missing.
 */
export function findMends(seen: SeenPackage): FoundMend[] {
  return MENDS.flatMap(({ id, wrong, mend, find }) => {
    const places: MendPlace[] = [];
    for (const place of find(seen))
      if (places.push(place) === MOST_PLACES) break;
    return places.length > 0 ? [{ id, wrong, mend, places }] : [];
  });
}
