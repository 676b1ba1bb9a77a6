import { codecNamed } from "../codecs/index.js";
import type { FragmentTimes } from "../media/fragments.js";
import type {
  PackagedTrack,
  Presentation,
  Protected,
  Stream,
  TrackFile,
} from "../media/presentation.js";
import { at, type StreamKind } from "../media/track.js";
import { SIDECAR_META } from "./sidecars.js";
import {
  xmlElement,
  toXml,
  type XmlAttributes,
  type Element,
} from "../util/xml-writer.js";

/** The client manifest, .ismc: the streams and their addresses. MS-SSTR 2.2.2 */
export function ismc(presentation: Presentation): Uint8Array {
  // There is no TimeScale anywhere: other values than the default break players, and
  // the default needs no name. MinorVersion 0: no `r`, for the oldest clients.
  const attributes = {
    MajorVersion: 2,
    MinorVersion: 0,
    Duration: presentation.duration,
  };
  const { protection } = presentation;
  return toXml(
    xmlElement("SmoothStreamingMedia", attributes, [
      ...presentation.streams.map(streamIndex),
      ...(protection ? [protectionElement(protection)] : []),
    ]),
  );
}

/**
 * Here a client finds the key ID. shaka-player needs the system's UUID without braces,
 * dash.js needs the header without blanks. MS-SSTR 2.2.2.2
 */
function protectionElement({ systemId, data }: Protected): Element {
  const attributes = { SystemID: systemId };
  const text = Buffer.from(data).toString("base64");
  return xmlElement("Protection", {}, [
    { ...xmlElement("ProtectionHeader", attributes), text },
  ]);
}

/** MS-SSTR 2.2.2.3 */
export function streamIndex(stream: Stream): Element {
  const { kind, name, tracks } = stream;
  const fragments = tracks[0]?.fragments;
  const attributes = {
    Type: kind,
    ...textSubtype(tracks),
    Name: name,
    ...(kind === "video" ? {} : { Language: stream.language }),
    Chunks: fragments?.count ?? 0,
    QualityLevels: tracks.length,
    ...largestSize(tracks),
    // Literal placeholders: players look for no other spelling.
    Url: `QualityLevels({bitrate})/Fragments(${name}={start time})`,
  };
  return xmlElement("StreamIndex", attributes, [
    ...tracks.map(qualityLevel),
    // Durations, not times: shaka-player fails on times alone. The last fragment has
    // its d too.
    ...(fragments ? chunks(fragments) : []),
  ]);
}

/** Those of one duration in a row are one element, and rows that are alike one object. */
function chunks({ count, time }: FragmentTimes): Element[] {
  const rows: Element[] = [];
  const known = new Map<string, Element>();
  const durationAt = (i: number) => at(time, i + 1) - at(time, i);
  let begin = 0;
  for (let i = 0; i < count; i++) {
    const duration = durationAt(i);
    const next = i + 1;
    if (next < count && durationAt(next) === duration) continue;
    const times = next - begin;
    const key = `${times} of ${duration}`;
    const row = known.get(key) ?? {
      ...xmlElement("c", { d: duration }),
      times,
    };
    known.set(key, row);
    rows.push(row);
    begin = next;
  }
  return rows;
}

/** Media3 throws when it is missing. MS-SSTR 2.2.2.3 */
function textSubtype([track]: readonly TrackFile[]): XmlAttributes {
  return track?.format.kind === "text" ? { Subtype: track.format.subtype } : {};
}

/** MS-SSTR 2.2.2.5 */
function qualityLevel(track: TrackFile, index: number): Element {
  return xmlElement("QualityLevel", {
    Index: index,
    Bitrate: track.bitrate,
    ...codecNamed(track.codec).qualityLevel(track),
    ...(track.hasCodecData === false && { CodecPrivateData: "" }),
  });
}

/**
 * The largest coded size, and its size on screen. The width of a pixel that is
 * not square is DisplayWidth * MaxHeight / (MaxWidth * DisplayHeight).
 */
function largestSize(tracks: readonly TrackFile[]): XmlAttributes {
  const sizes = tracks.flatMap(({ format }) =>
    format.kind === "video" ? [format] : [],
  );
  if (sizes.length === 0) return {};
  const width = Math.max(...sizes.map((size) => size.width));
  const height = Math.max(...sizes.map((size) => size.height));
  const [largest] = [...sizes].sort((a, b) => b.width - a.width);
  const { displayWidth, displayHeight } = largest ?? {};
  return {
    MaxWidth: width,
    MaxHeight: height,
    DisplayWidth: displayWidth ?? width,
    DisplayHeight: displayHeight ?? height,
  };
}

const SMIL = "http://www.w3.org/2001/SMIL20/Language";

/**
 * The server manifest, .ism: the file and track for each bitrate. MS-SSTR 2.2.7.3, IIS
 * Media Services
 *
 * @param comment goes before the root element, like the comment of Expression Encoder
 */
export function ism(
  presentation: Pick<
    Presentation<Stream<PackagedTrack>>,
    "name" | "streams" | "sidecars"
  >,
  comment?: string,
): Uint8Array {
  const head = xmlElement("head", {}, [
    xmlElement("meta", {
      name: "clientManifestRelativePath",
      content: `${presentation.name}.ismc`,
    }),
    ...(presentation.sidecars ?? []).map((content) =>
      xmlElement("meta", { name: SIDECAR_META, content }),
    ),
  ]);
  const tracks = presentation.streams.flatMap(trackElements);
  const body = xmlElement("body", {}, [xmlElement("switch", {}, tracks)]);
  return toXml(xmlElement("smil", { xmlns: SMIL }, [head, body]), comment);
}

/** A textstream always has a trackName: no stream is called `textstream`. */
const ELEMENTS: Readonly<Record<StreamKind, string>> = {
  video: "video",
  audio: "audio",
  text: "textstream",
};

/** The elements that answer for a stream. */
export function trackElements(stream: Stream<PackagedTrack>): Element[] {
  return stream.tracks.map((track) => trackElement(stream, track));
}

function trackElement(
  stream: Stream<PackagedTrack>,
  track: PackagedTrack,
): Element {
  const attributes = {
    src: track.file,
    systemBitrate: track.bitrate,
    ...(stream.kind === "video" ? {} : { systemLanguage: stream.language }),
  };
  return xmlElement(ELEMENTS[stream.kind], attributes, [
    param("trackID", track.trackId),
    // The name in fragment addresses; it may be missing when it is the bare type.
    ...(stream.name === stream.kind ? [] : [param("trackName", stream.name)]),
  ]);
}

function param(name: string, value: string | number): Element {
  return xmlElement("param", { name, value, valuetype: "data" });
}
