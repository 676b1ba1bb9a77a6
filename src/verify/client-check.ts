import {
  numberIn,
  type ClientManifest,
  type ClientStream,
} from "./client-manifest.js";
import type { Findings, Place } from "./finding.js";
import { descendants, type XmlElement } from "./xml-reader.js";

const RULE = "client-manifest";

/** What a client that counts in 32 bits can hold. */
const MAX_BITRATE = 2 ** 31 - 1;

/** Kodi's buffer for CodecPrivateData, in bytes. */
const MAX_CODEC_PRIVATE_DATA = 1024;

/** Checks what an .ismc says of itself. MS-SSTR 2.2.2 */
export function checkClientManifest(
  manifest: ClientManifest,
  findings: Findings,
): void {
  const { file, root, streams } = manifest;
  const place = findings.in(file);
  place.expect(RULE, "root element", root.name, "SmoothStreamingMedia");
  place.expect(RULE, "MajorVersion", root.attributes.get("MajorVersion"), "2");
  checkTimescale(root, place);
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

/** MS-SSTR 2.2.2.3 */
function checkStream(stream: ClientStream, place: Place): void {
  const { element, name, levels, chunks } = stream;
  const is = (attribute: string, found: number, expected: number) =>
    place.expect(RULE, `StreamIndex ${name} ${attribute}`, found, expected);
  is("Chunks", numberIn(element, "Chunks"), chunks.length);
  is("QualityLevels", numberIn(element, "QualityLevels"), levels.length);
  // The only spellings of the placeholders that all players look for.
  const url = `QualityLevels({bitrate})/Fragments(${name}={start time})`;
  const found = element.attributes.get("Url");
  place.expect(RULE, `StreamIndex ${name} Url`, found, url);
  const language = element.attributes.get("Language");
  if (language !== undefined && !/^[a-z]{3}$/.test(language)) {
    const expected = "three letters of ISO 639-2";
    place.wrong(RULE, `StreamIndex ${name} Language`, language, expected);
  }
  checkTimescale(element, place);
}

/** MS-SSTR 2.2.2.5 */
function checkLevels({ name, levels }: ClientStream, place: Place): void {
  const what = `StreamIndex ${name} Bitrate`;
  const bitrates = levels.map((level) => level.bitrate);
  checkUnique(bitrates, what, place);
  for (const { bitrate, attributes } of levels) {
    if (!(Number.isInteger(bitrate) && bitrate > 0 && bitrate <= MAX_BITRATE)) {
      const expected = `a whole number from 1 to ${MAX_BITRATE}`;
      place.wrong(RULE, what, bitrate, expected);
    }
    const bytes = (attributes.get("CodecPrivateData") ?? "").length / 2;
    if (bytes > MAX_CODEC_PRIVATE_DATA) {
      const expected = `at most ${MAX_CODEC_PRIVATE_DATA} bytes`;
      place.wrong(RULE, `${what} ${bitrate} CodecPrivateData`, bytes, expected);
    }
  }
}

/** Every `c` needs its own `d`, and `r` a client of version 2.2. MS-SSTR 2.2.2.6 */
function checkChunks(
  { element, name, chunks }: ClientStream,
  minorVersion: number,
  file: string,
  findings: Findings,
): void {
  chunks.forEach(({ duration }, i) => {
    if (duration > 0) return;
    const what = `StreamIndex ${name} c d`;
    findings.in(file, i + 1).wrong(RULE, what, duration, "a duration");
  });
  const repeats = descendants(element, "c").some((c) => c.attributes.has("r"));
  if (repeats && minorVersion < 2) {
    const what = "MinorVersion of a manifest with r";
    findings.in(file).wrong(RULE, what, minorVersion, 2);
  }
}

/** Any other timescale than 10 MHz breaks shaka-player, rx-player or VLC. */
function checkTimescale({ name, attributes }: XmlElement, place: Place): void {
  const timescale = attributes.get("TimeScale");
  if (timescale === undefined) return;
  place.expect(RULE, `${name} TimeScale`, timescale, "10000000");
}

function checkUnique(
  values: readonly (string | number)[],
  what: string,
  place: Place,
): void {
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined) place.wrong(RULE, what, `${twice} twice`, "unique");
}
