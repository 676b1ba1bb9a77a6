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
  readonly src: string;
  readonly bitrate: number;
  readonly trackId: number;
  /** The name in fragment addresses. */
  readonly name: string;
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
    src: element.attributes.get("src") ?? "",
    bitrate: Number(element.attributes.get("systemBitrate")),
    trackId: Number(params.get("trackID")),
    name: params.get("trackName") ?? element.name,
    params,
  };
}
