import { plainSystemId, protectionsIn } from "../smooth/protection-element.js";
import type { SystemData } from "../isobmff/media-index.js";
import type { SeenPackage, SeenTrack } from "./seen.js";

/** Is a picture or a sound encrypted? Then it is mended without its key: its samples stay hidden. */
export function isProtectedPackage({
  files,
}: Pick<SeenPackage, "files">): boolean {
  return files.some(({ tracks }) => tracks.some(isEncryptedTrack));
}

export function isEncryptedTrack({ track, encryption }: SeenTrack): boolean {
  return track.kind !== "textstream" && encryption !== undefined;
}

/** The licence headers of a package: those of the client manifest, else those of its media. */
export function systemsOfPackage(seen: SeenPackage): readonly SystemData[] {
  const told = systemsTold(seen);
  if (told.length > 0) return told;
  const inMedia = seen.files.map(({ systems = [] }) => systems);
  return inMedia.find((systems) => systems.length > 0) ?? [];
}

/** Those of the client manifest. */
export function systemsTold({ client }: SeenPackage): SystemData[] {
  const headers = client && protectionsIn(client.root);
  return (headers ?? []).map((found) => ({
    systemId: plainSystemId(found),
    data: Buffer.from(found.header, "base64"),
  }));
}
