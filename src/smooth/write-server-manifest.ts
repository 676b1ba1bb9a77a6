import type { Presentation, Stream, TrackFile } from "../media/presentation.js";
import type { StreamKind } from "../media/track.js";
import { xmlElement, toXml, type Element } from "./xml-writer.js";

const SMIL = "http://www.w3.org/2001/SMIL20/Language";

/**
 * The server manifest, .ism: the file and track for each bitrate. MS-SSTR 2.2.7.3, IIS
 * Media Services
 *
 * @param comment goes before the root element, like the comment of Expression Encoder
 */
export function ism(presentation: Presentation, comment?: string): string {
  const head = xmlElement("head", {}, [
    xmlElement("meta", {
      name: "clientManifestRelativePath",
      content: `${presentation.name}.ismc`,
    }),
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
export function trackElements(stream: Stream): Element[] {
  return stream.tracks.map((track) => trackElement(stream, track));
}

function trackElement(stream: Stream, track: TrackFile): Element {
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
