import { basename } from "node:path";
import type { Findings, Place } from "./finding.js";
import { descendants, type XmlElement } from "./xml-reader.js";

/** What an .ism says. */
export interface ServerManifest {
  readonly file: string;
  readonly clientManifest: string;
  readonly tracks: readonly ServerTrack[];
}

/** A track that answers for one bitrate. */
export interface ServerTrack {
  readonly kind: string;
  readonly src: string;
  readonly bitrate: number;
  readonly trackId: number;
  /** The name in fragment addresses. */
  readonly name: string;
}

const RULE = "server-manifest";

/** Reads an .ism as an origin does. MS-SSTR 2.2.7.3 */
export function readServerManifest(
  root: XmlElement,
  file: string,
  findings: Findings,
): ServerManifest {
  const place = findings.in(file);
  const clientManifest = clientManifestOf(root) ?? "";
  checkPlainName(clientManifest, "clientManifestRelativePath", place);
  const tracks = descendants(root, "video", "audio", "textstream").map(
    readTrack,
  );
  for (const track of tracks) checkPlainName(track.src, "src", place);
  return { file, clientManifest, tracks };
}

/** The name of the client manifest, when an .ism has one. */
export function clientManifestOf(root: XmlElement): string | undefined {
  const meta = descendants(root, "meta").find(
    ({ attributes }) => attributes.get("name") === "clientManifestRelativePath",
  );
  return meta?.attributes.get("content");
}

function readTrack(element: XmlElement): ServerTrack {
  const params = new Map(
    descendants(element, "param").map(({ attributes }) => [
      attributes.get("name"),
      attributes.get("value"),
    ]),
  );
  return {
    kind: element.name,
    src: element.attributes.get("src") ?? "",
    bitrate: Number(element.attributes.get("systemBitrate")),
    trackId: Number(params.get("trackID")),
    name: params.get("trackName") ?? element.name,
  };
}

/** A manifest must not lead out of its folder. */
function checkPlainName(name: string, attribute: string, place: Place): void {
  if (isPlainName(name)) return;
  const expected = "the name of a file in the same folder";
  place.wrong(RULE, attribute, JSON.stringify(name), expected);
}

/** Whether a name in a manifest stays in the manifest's folder. */
export function isPlainName(name: string): boolean {
  return (
    !["", ".", ".."].includes(name) &&
    name === basename(name) &&
    !name.includes("\\")
  );
}
