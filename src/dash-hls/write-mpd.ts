import type {
  AdaptiveStream,
  AdaptiveTitle,
  Representation,
} from "../media/adaptive-title.js";
import { shortestTag } from "../media/shortest-tag.js";
import { SMOOTH_TIMESCALE } from "../media/time.js";
import { titleClock } from "../media/title-clock.js";
import type { StreamKind } from "../media/track.js";
import {
  toXml,
  xmlElement,
  type Element,
  type XmlAttributes,
} from "../util/xml-writer.js";
import { contentProtection, PROTECTION_NAMESPACES } from "./mpd-protection.js";
import { segmentList, segmentTemplate } from "./mpd-segments.js";

/** The manifest of MPEG-DASH. ISO/IEC 23009-1 5.3 */
export function mpd(title: AdaptiveTitle): Uint8Array {
  const clock = titleClock(title);
  const attributes = {
    xmlns: "urn:mpeg:dash:schema:mpd:2011",
    ...(title.encryption && PROTECTION_NAMESPACES),
    profiles: profileOf(title),
    type: "static",
    mediaPresentationDuration: seconds(clock.duration),
    minBufferTime: `PT${longestSeconds(title)}S`,
  };
  const sets = title.streams.map((stream, i) =>
    adaptationSet(stream, i, title),
  );
  const period = xmlElement("Period", { id: "0", start: "PT0S" }, sets);
  return toXml(xmlElement("MPD", attributes, [period]));
}

/** On demand by addresses is the live profile; a list of parts of a file is in none but the full one. ISO/IEC 23009-1 8 */
function profileOf({ streams }: AdaptiveTitle): string {
  const hasLists = streams.some(
    ({ representations: [first], webVtt }) =>
      (first !== undefined && "file" in first.segments) ||
      (first === undefined && webVtt !== undefined),
  );
  return `urn:mpeg:dash:profile:${hasLists ? "full" : "isoff-live"}:2011`;
}

function seconds(ticks: bigint): string {
  return `PT${Number(ticks) / SMOOTH_TIMESCALE}S`;
}

/** Whole seconds of the longest fragment: a bandwidth holds for so long a buffer. ISO/IEC 23009-1 5.3.5.4 */
function longestSeconds({ streams }: AdaptiveTitle): number {
  const lengths = streams.flatMap(({ durations, timescale }) => {
    let longest = 0n;
    for (const one of durations) if (one > longest) longest = one;
    return Number(longest) / timescale;
  });
  return Math.max(1, Math.ceil(Math.max(...lengths)));
}

function adaptationSet(
  stream: AdaptiveStream,
  index: number,
  title: AdaptiveTitle,
): Element {
  const { streams, encryption } = title;
  const { kind, language, representations } = stream;
  const tag = kind === "video" ? undefined : shortestTag(language);
  const attributes = {
    id: index,
    contentType: kind,
    ...(tag !== undefined && { lang: tag }),
    ...(representations.length > 0
      ? { mimeType: MIME_TYPES[kind], segmentAlignment: "true" }
      : { mimeType: "text/vtt" }),
    ...(kind !== "text" && { startWithSAP: 1 }),
  };
  const isFirst = streams.find((one) => one.kind === kind) === stream;
  const isEncrypted = encryption !== undefined && isHidden(stream);
  return xmlElement("AdaptationSet", attributes, [
    ...(isEncrypted ? contentProtection(encryption) : []),
    role(kind === "text" ? textRole(stream) : isFirst ? "main" : "alternate"),
    ...contentOf(stream, index, title),
  ]);
}

/** In a title that is encrypted. */
function isHidden({ kind, isClear = false }: AdaptiveStream): boolean {
  return kind !== "text" && !isClear;
}

const MIME_TYPES: Readonly<Record<StreamKind, string>> = {
  video: "video/mp4",
  audio: "audio/mp4",
  text: "application/mp4",
};

/** Captions tell sounds too; subtitles translate what is said. ISO/IEC 23009-1 5.8.5.5 */
function textRole({ subtype }: AdaptiveStream): string {
  return subtype === "CAPT" ? "caption" : "subtitle";
}

/** ISO/IEC 23009-1 5.8.5.5 */
function role(value: string): Element {
  return xmlElement("Role", {
    schemeIdUri: "urn:mpeg:dash:role:2011",
    value,
  });
}

function contentOf(
  stream: AdaptiveStream,
  index: number,
  title: AdaptiveTitle,
): Element[] {
  const { representations, webVtt } = stream;
  const [first] = representations;
  if (first === undefined)
    return webVtt === undefined ? [] : [wholeCaptions(webVtt, index)];
  const template =
    "base" in first.segments
      ? [segmentTemplate(stream, first.segments, title)]
      : [];
  return [
    ...template,
    ...representations.map((one, i) =>
      representation(stream, one, `${index}-${i}`, title),
    ),
  ];
}

/** A file of captions has no fragments: players fetch it once. */
function wholeCaptions(address: string, index: number): Element {
  return xmlElement("Representation", { id: `${index}-0`, bandwidth: 1000 }, [
    textElement("BaseURL", address),
  ]);
}

function representation(
  stream: AdaptiveStream,
  one: Representation,
  id: string,
  title: AdaptiveTitle,
): Element {
  const { codecs, peak, width, height, sampleRate, segments } = one;
  const attributes: XmlAttributes = {
    ...{ id, codecs, bandwidth: peak },
    ...(width !== undefined && height !== undefined && { width, height }),
    ...(sampleRate !== undefined && { audioSamplingRate: sampleRate }),
  };
  return xmlElement("Representation", attributes, [
    ...channelConfiguration(one),
    ...("base" in segments
      ? [textElement("BaseURL", segments.base)]
      : [
          textElement("BaseURL", segments.file),
          segmentList(stream, segments, title),
        ]),
  ]);
}

/** ISO/IEC 23009-1 5.8.5.4 */
function channelConfiguration({ channels }: Representation): Element[] {
  if (channels === undefined) return [];
  const schemeIdUri = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";
  const attributes = { schemeIdUri, value: channels };
  return [xmlElement("AudioChannelConfiguration", attributes)];
}

function textElement(name: string, text: string): Element {
  return { ...xmlElement(name), text };
}
