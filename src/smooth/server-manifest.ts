import { basename } from "node:path";
import { descendants, type XmlElement } from "../util/xml.js";

/** The content of an .ism. */
export interface ServerManifest {
  /** Name of the client manifest; undefined when the .ism has none. */
  readonly clientManifest: string | undefined;
  readonly tracks: readonly ServerTrack[];
}

/** A track that answers for one bitrate. */
export interface ServerTrack {
  /** `video`, `audio` or `textstream`. */
  readonly kind: string;
  /** Its file, or the folder of its fragments, with `/` between parts. */
  readonly src: string;
  readonly bitrate: number;
  readonly trackId: number;
  /** The name in fragment addresses. */
  readonly name: string;
  /** As the .ism writes it; undefined when it does not. */
  readonly language: string | undefined;
  /** All `param` elements, with custom attributes, which addresses have too. */
  readonly params: ReadonlyMap<string, string>;
}

/** Reads an .ism as an origin does. MS-SSTR 2.2.7.3 */
export function readServerManifest(root: XmlElement): ServerManifest {
  const tracks = descendants(root, "video", "audio", "textstream");
  return {
    clientManifest: clientManifestOf(root),
    tracks: tracks.map(readServerTrack),
  };
}

/** The name of the client manifest, if an .ism has one. */
export function clientManifestOf(root: XmlElement): string | undefined {
  const meta = descendants(root, "meta").find(
    ({ attributes }) => attributes.get("name") === "clientManifestRelativePath",
  );
  return meta?.attributes.get("content");
}

/** Whether a name in a manifest stays in the manifest's folder. */
export function isPlainName(name: string): boolean {
  return (
    !["", ".", ".."].includes(name) &&
    name === basename(name) &&
    !name.includes("\\")
  );
}

/** Whether a name in a manifest stays in the manifest's folder, or in a folder below it. */
export function isInsideName(name: string): boolean {
  return name.split("/").every(isPlainName);
}

/** A track element of an .ism. */
export function readServerTrack(element: XmlElement): ServerTrack {
  const params = new Map(
    descendants(element, "param").map(({ attributes }) => [
      attributes.get("name") ?? "",
      attributes.get("value") ?? "",
    ]),
  );
  return {
    kind: element.name,
    // IIS, where most of them were made, takes both separators.
    src: (element.attributes.get("src") ?? "").replaceAll("\\", "/"),
    bitrate: Number(element.attributes.get("systemBitrate")),
    trackId: Number(params.get("trackID")),
    name: params.get("trackName") ?? element.name,
    language: element.attributes.get("systemLanguage"),
    params,
  };
}
