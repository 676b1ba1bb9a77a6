import type { StreamKind } from "../media/track.js";
import { rescaleExact, SMOOTH_TIMESCALE } from "../media/time.js";
import {
  numberIn,
  type ClientLevel,
  type ClientManifest,
  type ClientStream,
} from "../smooth/client-manifest.js";
import { protectionsIn } from "../smooth/protection-element.js";
import { descendants, type XmlElement } from "../util/xml.js";
import type {
  LevelTraits,
  ManifestTraits,
  StreamTimes,
  StreamTraits,
} from "./traits.js";

export function manifestTraits({ root }: ClientManifest): ManifestTraits {
  const timescale = timescaleOf(root);
  const perSecond = timescale ?? SMOOTH_TIMESCALE;
  const seconds = numberIn(root, "Duration") / perSecond;
  const ticks = Math.round(seconds * SMOOTH_TIMESCALE);
  return {
    minorVersion: numberIn(root, "MinorVersion"),
    timescale,
    isLive: root.attributes.get("IsLive")?.toLowerCase() === "true",
    // A manifest may claim 1e308.
    duration: ticks > 0 && Number.isFinite(ticks) ? ticks : NaN,
    protectionHeaders: protectionsIn(root)?.length ?? 0,
  };
}

export function streamTraits({
  root,
  streams,
}: ClientManifest): StreamTraits[] {
  const timescale = timescaleOf(root) ?? SMOOTH_TIMESCALE;
  return streams.map((stream) => streamOf(stream, timescale));
}

function streamOf(stream: ClientStream, ofRoot: number): StreamTraits {
  const { element, levels } = stream;
  const { attributes } = element;
  const timescale = timescaleOf(element);
  return {
    kind: kindOf(attributes.get("Type")),
    name: attributes.get("Name"),
    subtype: attributes.get("Subtype"),
    language: attributes.get("Language"),
    url: attributes.get("Url") ?? "",
    timescale,
    isSparse: attributes.has("ParentStreamIndex"),
    isEmbedded: element.children.some(({ name }) => name === "Content"),
    times: timesOf(stream, timescale ?? ofRoot),
    levels: levels.map(levelOf),
  };
}

function kindOf(type: string | undefined): StreamKind {
  const name = type?.toLowerCase();
  return name === "video" || name === "audio" ? name : "text";
}

function levelOf({ bitrate, attributes, custom }: ClientLevel): LevelTraits {
  return {
    bitrate,
    fourCC: attributes.get("FourCC")?.toUpperCase(),
    codecData: attributes.get("CodecPrivateData"),
    nalLengthSize: Number(attributes.get("NALUnitLengthField") ?? 4),
    hasCustomAttributes: custom.size > 0,
    attributes: [...attributes.keys()],
  };
}

function timesOf(stream: ClientStream, timescale: number): StreamTimes {
  const rows = descendants(stream.element, "c");
  let [begin, end, gaps]: [bigint | undefined, bigint, number] = [
    ...([undefined, 0n, 0] as const),
  ];
  let isEndKnown = true;
  for (const { time, duration, count } of stream.runs) {
    if (begin !== undefined && isEndKnown && time > end) gaps++;
    begin ??= time;
    const length = Math.round(duration * count);
    isEndKnown = Number.isSafeInteger(length);
    end = time + (isEndKnown ? BigInt(length) : 0n);
  }
  const has = ({ attributes }: XmlElement) => attributes.has("d");
  const without = rows.filter((row) => !has(row));
  const last = rows.at(-1);
  return {
    count: stream.chunkCount,
    begin: rescaleExact(begin ?? 0n, timescale, SMOOTH_TIMESCALE),
    end: rescaleExact(end, timescale, SMOOTH_TIMESCALE),
    gaps,
    withoutDuration: without.reduce((sum, { times }) => sum + times, 0),
    hasLastDuration: last === undefined || has(last),
    hasRepeats: rows.some(({ attributes }) => attributes.has("r")),
  };
}

function timescaleOf({ attributes }: XmlElement): number | undefined {
  const value = Number(attributes.get("TimeScale"));
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
