import { basename } from "node:path";
import type { Findings } from "./finding.js";
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

/** Reads an .ism the way an origin does. */
export function readServerManifest(
  root: XmlElement,
  file: string,
  findings: Findings,
): ServerManifest {
  findings.expect(
    { rule: "server-manifest", file, message: "root element" },
    root.name,
    "smil",
  );
  const meta = descendants(root, "meta").find(
    (element) =>
      element.attributes.get("name") === "clientManifestRelativePath",
  );
  const clientManifest = meta?.attributes.get("content") ?? "";
  requirePlainName(
    clientManifest,
    "clientManifestRelativePath",
    file,
    findings,
  );
  const tracks = descendants(root, "video", "audio", "textstream").map(
    readTrack,
  );
  for (const track of tracks)
    requirePlainName(track.src, "src", file, findings);
  return { file, clientManifest, tracks };
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
function requirePlainName(
  name: string,
  attribute: string,
  file: string,
  findings: Findings,
): void {
  if (
    name !== "" &&
    name === basename(name) &&
    !name.includes("\\") &&
    name !== ".."
  )
    return;
  findings.add({
    rule: "server-manifest",
    file,
    message: attribute,
    found: JSON.stringify(name),
    expected: "the name of a file in the same folder",
  });
}
