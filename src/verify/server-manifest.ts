import {
  isPlainName,
  readServerManifest,
  type ServerTrack,
} from "../smooth/server-manifest.js";
import type { XmlElement } from "../util/xml.js";
import type { Findings, FindingPlace } from "./finding.js";

/** An .ism with checked names. */
export interface CheckedManifest {
  readonly file: string;
  readonly clientManifest: string;
  readonly tracks: readonly ServerTrack[];
}

const RULE = "server-manifest";

/** Reads an .ism. A name that leads out of its folder is a finding. */
export function checkServerManifest(
  root: XmlElement,
  file: string,
  findings: Findings,
): CheckedManifest {
  const place = findings.in(file);
  const { clientManifest = "", tracks } = readServerManifest(root);
  checkPlainName(clientManifest, "clientManifestRelativePath", place);
  for (const track of tracks) checkPlainName(track.src, "src", place);
  return { file, clientManifest, tracks };
}

/** A manifest must not lead out of its folder. */
function checkPlainName(
  name: string,
  attribute: string,
  place: FindingPlace,
): void {
  if (isPlainName(name)) return;
  const expected = "the name of a file in the same folder";
  place.wrong(RULE, attribute, JSON.stringify(name), expected);
}
