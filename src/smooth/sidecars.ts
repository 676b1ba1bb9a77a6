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
