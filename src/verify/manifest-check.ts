import {
  numberIn,
  type ClientManifest,
  type ClientStream,
  levelAddress,
} from "../smooth/client-manifest.js";
import {
  isInsideName,
  isPlainName,
  readServerManifest,
  type ServerTrack,
} from "../smooth/server-manifest.js";
import {
  otherManifestsOf,
  SIDECAR_META,
  sidecarNames,
} from "../smooth/sidecars.js";
import { descendants, type XmlElement } from "../util/xml.js";
import type { Findings, FindingPlace } from "./finding.js";

const RULE = "client-manifest";

/** The largest bitrate of a client that counts in 32 bits. */
const MAX_BITRATE = 2 ** 31 - 1;

/** Kodi's buffer for CodecPrivateData, in bytes. */
const MAX_CODEC_PRIVATE_DATA = 1024;

/** Checks an .ismc by itself. MS-SSTR 2.2.2 */
export function checkClientManifest(
  manifest: ClientManifest,
  findings: Findings,
): void {
  const { file, root, streams } = manifest;
  const place = findings.in(file);
  place.expect(RULE, "root element", root.name, "SmoothStreamingMedia");
  const major = root.attributes.get("MajorVersion");
  place.dialect.expect(RULE, "MajorVersion", major, "2");
  checkRoot(manifest, place);
  checkUnique(
    streams.map((stream) => stream.name),
    "StreamIndex Name",
    place,
  );
  for (const stream of streams) {
    checkStream(stream, place);
    checkLevels(stream, place);
    checkChunks(stream, numberIn(root, "MinorVersion"), file, findings);
  }
}

/** Attributes of a live presentation: with them a client waits for more. MS-SSTR 2.2.2.1 */
const LIVE_ONLY = ["IsLive", "LookaheadCount", "DVRWindowLength"];

/** MS-SSTR 2.2.2.1 */
function checkRoot(
  { root, streams }: ClientManifest,
  place: FindingPlace,
): void {
  const minor = root.attributes.get("MinorVersion");
  if (!["0", "1", "2"].includes(minor ?? "")) {
    place.dialect.wrong(RULE, "MinorVersion", minor, "0, 1 or 2");
  }
  for (const name of LIVE_ONLY) {
    const value = root.attributes.get(name);
    if (value === undefined || (name === "IsLive" && /^false$/i.test(value)))
      continue;
    // An archive keeps them from its live time.
    const what = "nothing: the presentation is on demand";
    place.dialect.wrong(RULE, name, value, what);
  }
  if (streams.length === 0) place.fault(RULE, "has no StreamIndex");
  checkTimescale(root, place);
}

/** MS-SSTR 2.2.2.3 */
function checkStream(stream: ClientStream, place: FindingPlace): void {
  const { element, name, levels, chunkCount } = stream;
  const is = (attribute: string, found: number, expected: number) =>
    place.dialect.expect(
      RULE,
      `StreamIndex ${name} ${attribute}`,
      found,
      expected,
    );
  is("Chunks", numberIn(element, "Chunks"), chunkCount);
  is("QualityLevels", numberIn(element, "QualityLevels"), levels.length);
  // All players look for these spellings of the placeholders, and for no others.
  const isCustom = levels.some(({ custom }) => custom.size > 0);
  const level = isCustom ? "{bitrate},{CustomAttributes}" : "{bitrate}";
  const url = `QualityLevels(${level})/Fragments(${name}={start time})`;
  const urlPattern = element.attributes.get("Url");
  place.expect(RULE, `StreamIndex ${name} Url`, urlPattern, url);
  const language = element.attributes.get("Language");
  if (language !== undefined && !/^[a-z]{3}$/.test(language)) {
    const expected = "three letters of ISO 639-2";
    const what = `StreamIndex ${name} Language`;
    place.dialect.wrong(RULE, what, language, expected);
  }
  const type = element.attributes.get("Type");
  if (!["video", "audio", "text"].includes(type ?? "")) {
    place.wrong(RULE, `StreamIndex ${name} Type`, type, "video, audio or text");
  }
  if (levels.length === 0)
    place.fault(RULE, `StreamIndex ${name} has no QualityLevel`);
  if (chunkCount === 0) place.fault(RULE, `StreamIndex ${name} has no c`);
  if (type === "video") checkLargest(stream, place);
  checkTimescale(element, place);
}

/** MaxWidth and MaxHeight of a stream are the largest of its levels. MS-SSTR 2.2.2.3 */
function checkLargest(
  { element, name, levels }: ClientStream,
  place: FindingPlace,
): void {
  for (const attribute of ["MaxWidth", "MaxHeight"]) {
    const values = levels.map((level) =>
      Number(level.attributes.get(attribute)),
    );
    const actual = numberIn(element, attribute);
    const what = `StreamIndex ${name} ${attribute}`;
    const largest = values.reduce((a, b) => Math.max(a, b), -Infinity);
    place.dialect.expect(RULE, what, actual, largest);
  }
}

/** MS-SSTR 2.2.2.5 */
function checkLevels(
  { name, levels }: ClientStream,
  place: FindingPlace,
): void {
  const what = `StreamIndex ${name} Bitrate`;
  const addresses = levels.map(({ bitrate, custom }) =>
    custom.size === 0 ? bitrate : levelAddress(name, bitrate, custom),
  );
  checkUnique(addresses, what, place);
  for (const [i, { bitrate, attributes }] of levels.entries()) {
    const index = attributes.get("Index");
    const indexName = `StreamIndex ${name} Index`;
    place.dialect.expect(RULE, indexName, index, String(i));
    const timescale = attributes.get("TimeScale") ?? "10000000";
    place.dialect.expect(RULE, "QualityLevel TimeScale", timescale, "10000000");
    if (!(Number.isInteger(bitrate) && bitrate > 0 && bitrate <= MAX_BITRATE)) {
      const expected = `a whole number from 1 to ${MAX_BITRATE}`;
      place.wrong(RULE, what, bitrate, expected);
    }
    const bytes = (attributes.get("CodecPrivateData") ?? "").length / 2;
    if (bytes > MAX_CODEC_PRIVATE_DATA) {
      const expected = `at most ${MAX_CODEC_PRIVATE_DATA} bytes`;
      const data = `${what} ${bitrate} CodecPrivateData`;
      place.dialect.wrong(RULE, data, bytes, expected);
    }
  }
}

/** Every `c` needs its own `d`, and `r` a client of version 2.2. MS-SSTR 2.2.2.6 */
function checkChunks(
  { element, name, runs }: ClientStream,
  minorVersion: number,
  file: string,
  findings: Findings,
): void {
  let first = 1;
  for (const { duration, count } of runs) {
    const what = `StreamIndex ${name} c d`;
    if (!(duration > 0))
      findings
        .in(file, first)
        .dialect.wrong(RULE, what, duration, "a duration");
    first += count;
  }
  const rows = descendants(element, "c");
  let i = 0;
  for (const { attributes, times } of rows) {
    const n = attributes.get("n");
    const isNumbered = n !== undefined && !attributes.has("r");
    const what = `StreamIndex ${name} c n`;
    for (let k = 0; k < (isNumbered ? times : 0); k++)
      findings.in(file, i + k + 1).dialect.expect(RULE, what, n, String(i + k));
    i += times;
  }
  const repeats = rows.some(({ attributes }) => attributes.has("r"));
  if (repeats && minorVersion < 2) {
    const what = "MinorVersion of a manifest with r";
    findings.in(file).dialect.wrong(RULE, what, minorVersion, 2);
  }
}

/** Any timescale but 10 MHz breaks shaka-player, rx-player or VLC. */
function checkTimescale(
  { name, attributes }: XmlElement,
  place: FindingPlace,
): void {
  const timescale = attributes.get("TimeScale");
  if (timescale === undefined) return;
  place.dialect.expect(RULE, `${name} TimeScale`, timescale, "10000000");
}

function checkUnique(
  values: readonly (string | number)[],
  what: string,
  place: FindingPlace,
): void {
  const seen = new Set<string | number>();
  const twice = values.find((value) => seen.size === seen.add(value).size);
  if (twice !== undefined) place.wrong(RULE, what, `${twice} twice`, "unique");
}

/** An .ism with checked names. */
export interface CheckedManifest {
  readonly file: string;
  /** Undefined when it does not say. */
  readonly clientManifest: string | undefined;
  readonly tracks: readonly ServerTrack[];
  /** Names of chapters and thumbnails. */
  readonly sidecars: readonly string[];
  /** Names of manifests of DASH and HLS. */
  readonly otherManifests: readonly string[];
}

const SERVER_RULE = "server-manifest";

/** Reads an .ism. A name that leads out of its folder is a finding. */
export function checkServerManifest(
  root: XmlElement,
  file: string,
  findings: Findings,
): CheckedManifest {
  const place = findings.in(file);
  const { clientManifest, tracks } = readServerManifest(root);
  if (clientManifest !== undefined)
    checkPlainName(clientManifest, "clientManifestRelativePath", place);
  for (const { src } of tracks)
    if (!isInsideName(src)) refuseName(src, "src", place);
  const sidecars = sidecarNames(root);
  for (const name of sidecars) checkPlainName(name, SIDECAR_META, place);
  const plain = sidecars.filter(isPlainName);
  const otherManifests = otherManifestsOf(root);
  return {
    ...{ file, clientManifest, tracks, otherManifests },
    sidecars: plain.filter((name) => !otherManifests.includes(name)),
  };
}

/** A manifest must not lead out of its folder. */
function checkPlainName(
  name: string,
  attribute: string,
  place: FindingPlace,
): void {
  if (!isPlainName(name)) refuseName(name, attribute, place);
}

function refuseName(
  name: string,
  attribute: string,
  place: FindingPlace,
): void {
  const expected = "the name of a file in the same folder";
  place.wrong(SERVER_RULE, attribute, JSON.stringify(name), expected);
}
