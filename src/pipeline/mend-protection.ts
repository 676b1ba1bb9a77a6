import { readEncryptions } from "../drm/finished/header.js";
import { SYSTEMS } from "../drm/index.js";
import { uuidText } from "../drm/kid.js";
import { DEFAULT_SYSTEM, SYSTEM_FACTS } from "../drm/system.js";
import type { SystemData } from "../isobmff/media-index.js";
import { openForReading } from "../isobmff/media-source.js";
import { isEncryptedTrack, systemsOfPackage } from "../repair/protected.js";
import type { SeenPackage } from "../repair/seen.js";
import { movieHeader } from "./mend-media.js";
import type { TrackToMend } from "./mend-tracks.js";
import { readable } from "./rewrite-package.js";

/** The headers that clients of a mended package find. */
export interface MendedProtection {
  readonly protections: readonly SystemData[];
  readonly notes: readonly string[];
}

/**
 * The headers of a package, the usual system's first: dash.js and rx-player read no other. Where none is left, one that
 * names the key alone.
 *
 * @throws PackError `input` when a file cannot be read
 */
export async function protectionsOf(
  seen: SeenPackage,
  tracks: readonly TrackToMend[],
): Promise<MendedProtection> {
  const { systemId, label } = SYSTEM_FACTS[DEFAULT_SYSTEM];
  const isFirst = (one: SystemData) => one.systemId === systemId;
  const all = systemsOfPackage(seen);
  if (all.length > 0) {
    const others = all.filter((one) => !isFirst(one));
    return { protections: [...all.filter(isFirst), ...others], notes: [] };
  }
  const kid = await kidOf(tracks);
  if (kid === undefined) return { protections: [], notes: [] };
  const data = SYSTEMS[DEFAULT_SYSTEM].headerOfKid(kid);
  const note = `nothing tells who gives its key: it gets a ${label} header with the key ID ${uuidText(kid)} alone`;
  return { protections: [{ systemId, data }], notes: [note] };
}

async function kidOf(
  tracks: readonly TrackToMend[],
): Promise<Uint8Array | undefined> {
  const track = tracks.find(({ own }) => isEncryptedTrack(own));
  if (track === undefined) return undefined;
  const source = await openForReading(track.path);
  try {
    return await readable(track.path, async () => {
      const [first] = readEncryptions(await movieHeader(source));
      return first?.kid;
    });
  } finally {
    await source.close();
  }
}
