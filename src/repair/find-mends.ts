import { LEVEL_MENDS } from "./level-mends.js";
import { MANIFEST_MENDS } from "./manifest-mends.js";
import { MEDIA_MENDS } from "./media-mends.js";
import type { FoundMend, MendKind, MendPlace } from "./mend.js";
import { isProtectedPackage } from "./protected.js";
import type { SeenPackage } from "./seen.js";
import { TIME_MENDS } from "./time-mends.js";

/** All that repair mends. A new mend is a row. */
export const MENDS: readonly MendKind[] = [
  ...MANIFEST_MENDS,
  ...LEVEL_MENDS,
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
  const isHidden = isProtectedPackage(seen);
  const kinds = MENDS.filter(({ needsKey }) => !(isHidden && needsKey));
  return foundOf(kinds, seen);
}

/** What stays as it is in a protected package: only its key would let it be mended. */
export function findLeft(seen: SeenPackage): FoundMend[] {
  if (!isProtectedPackage(seen)) return [];
  const kinds = MENDS.filter(({ needsKey }) => needsKey);
  return foundOf(kinds, seen);
}

function foundOf(kinds: readonly MendKind[], seen: SeenPackage): FoundMend[] {
  return kinds.flatMap(({ id, wrong, mend, find }) => {
    const places: MendPlace[] = [];
    for (const place of find(seen))
      if (places.push(place) === MOST_PLACES) break;
    return places.length > 0 ? [{ id, wrong, mend, places }] : [];
  });
}
