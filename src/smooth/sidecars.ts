import { descendants, type XmlElement } from "../util/xml.js";
import { isPlainName } from "./server-manifest.js";

/** How the names of files that belong to a package and are no media go on behind its own name. */
export const SIDECARS = {
  chapters: ".chapters.vtt",
  thumbnails: ".thumbs.vtt",
  thumbnailImage: ".thumbs.jpg",
} as const;

export type SidecarKind = keyof typeof SIDECARS;

/** Such a file is named by a `meta` element of the .ism with this name. Origins pass over unknown ones. */
export const SIDECAR_META = "sidecarRelativePath";

/** The kind of a file by its name; undefined for every other file. */
export function sidecarKind(file: string): SidecarKind | undefined {
  const kinds = Object.keys(SIDECARS) as SidecarKind[];
  return kinds.find((kind) => file.toLowerCase().endsWith(SIDECARS[kind]));
}

/** All that an .ism names as a sidecar, right or wrong. */
export function sidecarNames(ism: XmlElement): string[] {
  return descendants(ism, "meta").flatMap(({ attributes }) =>
    attributes.get("name") === SIDECAR_META
      ? [attributes.get("content") ?? ""]
      : [],
  );
}

/** The sidecars of a package that lie beside its .ism. */
export function sidecarsOf(ism: XmlElement): string[] {
  return sidecarNames(ism).filter(
    (file) => isPlainName(file) && sidecarKind(file) !== undefined,
  );
}

/** How the names of the manifests of DASH and HLS, over the same media, go on behind the name of the package. */
export const OTHER_MANIFESTS = { dash: ".mpd", hls: ".m3u8" } as const;

export type OtherManifest = keyof typeof OTHER_MANIFESTS;

/** The kind of such a manifest by its name; undefined for every other file. */
export function otherManifest(file: string): OtherManifest | undefined {
  const kinds = Object.keys(OTHER_MANIFESTS) as OtherManifest[];
  return kinds.find((kind) =>
    file.toLowerCase().endsWith(OTHER_MANIFESTS[kind]),
  );
}

/** The manifests of DASH and HLS that an .ism names, beside it. */
export function otherManifestsOf(ism: XmlElement): string[] {
  return sidecarNames(ism).filter(
    (file) => isPlainName(file) && otherManifest(file) !== undefined,
  );
}

/**
 * The files that belong to manifests of DASH and HLS: these themselves, a playlist for each track,
 * and captions as one file. Only the manifests are named in the .ism; the other names follow from the media.
 *
 * @param manifests names
 * @param media names of media files
 */
export function filesOfManifests(
  manifests: readonly string[],
  media: readonly string[],
): string[] {
  if (manifests.length === 0) return [];
  const hasPlaylists = manifests.some((file) => otherManifest(file) === "hls");
  const text = media.filter((file) => TEXT.test(file));
  return [
    ...text.map(captionsFile),
    ...(hasPlaylists ? media.map(playlistFile) : []),
    ...manifests,
  ];
}

const TEXT = /\.ismt$/i;

/** The playlist of a track. */
export function playlistFile(media: string): string {
  return media.replace(LAST_EXTENSION, OTHER_MANIFESTS.hls);
}

/** All captions of a text track. */
export function captionsFile(media: string): string {
  return media.replace(LAST_EXTENSION, ".vtt");
}

const LAST_EXTENSION = /\.[^.]*$/;
