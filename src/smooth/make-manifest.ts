import { codecNamed } from "../codecs/index.js";
import type {
  Protected,
  ReadStream,
  ReadTrack,
} from "../media/presentation.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import type { ReadPackage } from "./read-package.js";
import {
  toXml,
  xmlElement,
  type Element,
  type XmlAttributes,
} from "../util/xml-writer.js";

/**
 * A client manifest for a package that has none: Azure's origin made it for each client, and
 * others were lost. It is made of the .ism and the moov of each file. MS-SSTR 2.2.2
 *
 * @param protections all headers, in their order; default: that of the package
 */
export function makeClientManifest(
  { duration, streams, protection }: ReadPackage,
  protections: readonly Protected[] = protection ? [protection] : [],
): Uint8Array {
  const version = { MajorVersion: 2, MinorVersion: 0 };
  const root = { ...version, Duration: duration };
  return toXml(
    xmlElement("SmoothStreamingMedia", root, [
      ...streams.map(streamElement),
      ...(protections.length > 0 ? [protectionElement(protections)] : []),
    ]),
  );
}

function protectionElement(protections: readonly Protected[]): Element {
  const headers = protections.map(({ systemId, data }) => ({
    ...xmlElement("ProtectionHeader", { SystemID: systemId }),
    text: Buffer.from(data).toString("base64"),
  }));
  return xmlElement("Protection", {}, headers);
}

function streamElement(stream: ReadStream): Element {
  const { kind, name, language, times, timescale, tracks } = stream;
  const { subtype = "SUBT" } = stream;
  const levels = tracks.map((track) => levelOf(track, tracks));
  const isCustom = levels.some(({ custom }) => custom.length > 0);
  const level = isCustom ? "{bitrate},{CustomAttributes}" : "{bitrate}";
  const attributes = {
    Type: kind,
    ...(kind === "text" ? { Subtype: subtype } : {}),
    Name: name,
    ...(kind === "video" ? {} : { Language: language }),
    ...(timescale === SMOOTH_TIMESCALE ? {} : { TimeScale: timescale }),
    Chunks: times.length,
    QualityLevels: tracks.length,
    ...largestSize(tracks),
    Url: `QualityLevels(${level})/Fragments(${name}={start time})`,
  };
  const children = [...levels.map(levelElement), ...chunks(stream)];
  return xmlElement("StreamIndex", attributes, children);
}

function largestSize(tracks: readonly ReadTrack[]): XmlAttributes {
  const [width, height] = (["width", "height"] as const).map((side) =>
    tracks.reduce((most, track) => Math.max(most, track[side] ?? 0), 0),
  );
  return width && height ? { MaxWidth: width, MaxHeight: height } : {};
}

interface Level {
  readonly track: ReadTrack;
  readonly custom: readonly (readonly [name: string, value: string])[];
}

/** Parameters of an .ism that are no custom attributes. */
const KNOWN: ReadonlySet<string> = new Set([
  ...["trackid", "trackname", "trackindex", "timescale", "systembitrate"],
]);

/** Levels of one bitrate are told apart by their custom attributes. MS-SSTR 2.2.2.5.1 */
function levelOf(track: ReadTrack, all: readonly ReadTrack[]): Level {
  const alike = all.filter(({ bitrate }) => bitrate === track.bitrate);
  const own = [...track.attributes].filter(
    ([name]) => !KNOWN.has(name.toLowerCase()),
  );
  return { track, custom: alike.length > 1 ? own : [] };
}

function levelElement({ track, custom }: Level, index: number): Element {
  const attributes = {
    Index: index,
    Bitrate: track.bitrate,
    ...codecAttributes(track),
  };
  const rows = custom.map(([Name, Value]) =>
    xmlElement("Attribute", { Name, Value }),
  );
  const children =
    rows.length > 0 ? [xmlElement("CustomAttributes", {}, rows)] : [];
  return xmlElement("QualityLevel", attributes, children);
}

/** A codec that is not known has the name of its sample entry. */
function codecAttributes(track: ReadTrack): XmlAttributes {
  const { codec, config, format, bitrate, sampleEntry } = track;
  if (codec === undefined || config === undefined || format === undefined)
    return { FourCC: sampleEntry.toUpperCase(), CodecPrivateData: "" };
  return codecNamed(codec).qualityLevel({ config, format, bitrate });
}

/** A time stands where the fragment does not follow the one before it. MS-SSTR 2.2.2.6 */
function chunks({ times, durations }: ReadStream): Element[] {
  let end = 0n;
  return [...times].map((time, i) => {
    const duration = Math.round(durations[i] ?? 0);
    const t = time === end ? {} : { t: String(time) };
    end = time + BigInt(duration);
    return xmlElement("c", { ...t, d: duration });
  });
}
