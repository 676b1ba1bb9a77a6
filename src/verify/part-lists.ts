import { posix } from "node:path";
import { childrenOf, parseXml, type XmlElement } from "../util/xml.js";

/** What a manifest of DASH or HLS says of one media file. */
export interface PartList {
  /** The name of the file, as a web server gets it. */
  readonly media: string;
  /** Bytes of its ftyp and moov, then those of each fragment. */
  readonly init: PartRange | undefined;
  readonly parts: readonly PartRange[];
  /** When each fragment begins, in seconds. */
  readonly times: readonly number[];
}

export interface PartRange {
  readonly begin: number;
  /** One past the last. */
  readonly end: number;
}

/** What a manifest names. */
export interface ReadParts {
  readonly lists: readonly PartList[];
  /** Files that are taken whole: captions, and playlists. */
  readonly whole: readonly string[];
}

/** Two for each fragment: a day of two-second fragments in six streams has 520,000. */
const MOST_ELEMENTS = 1_000_000;

/** @throws Error in one line when it is no XML */
export function partsOfMpd(content: Uint8Array): ReadParts {
  const [period] = childrenOf(parseXml(content, MOST_ELEMENTS), "Period");
  const sets = period ? childrenOf(period, "AdaptationSet") : [];
  const all = sets.flatMap((set) => childrenOf(set, "Representation"));
  const lists: PartList[] = [];
  const whole: string[] = [];
  for (const one of all) {
    const media = decoded(childrenOf(one, "BaseURL")[0]?.text ?? "");
    const [list] = childrenOf(one, "SegmentList");
    if (list === undefined) whole.push(media);
    else lists.push(listOf(list, media));
  }
  return { lists, whole };
}

function listOf(list: XmlElement, media: string): PartList {
  const [init] = childrenOf(list, "Initialization");
  const parts = childrenOf(list, "SegmentURL").map((one) =>
    rangeOf(one.attributes.get("mediaRange") ?? ""),
  );
  const [timeline] = childrenOf(list, "SegmentTimeline");
  const rows = timeline ? childrenOf(timeline, "S") : [];
  const timescale = Number(list.attributes.get("timescale") ?? 1);
  const offset = Number(list.attributes.get("presentationTimeOffset") ?? 0);
  const times = timesOf(rows, parts.length).map(
    (time) => (time - offset) / timescale,
  );
  const range = init && rangeOf(init.attributes.get("range") ?? "");
  return { media, init: range, parts, times };
}

/** No claimed count is trusted: one more than there are parts shows that there are too many. */
function timesOf(rows: readonly XmlElement[], parts: number): number[] {
  const times: number[] = [];
  let time = 0;
  for (const { attributes } of rows) {
    time = Number(attributes.get("t") ?? time);
    const count = Number(attributes.get("r") ?? 0) + 1;
    for (let i = 0; i < count && times.length <= parts; i++) {
      times.push(time);
      time += Number(attributes.get("d"));
    }
  }
  return times;
}

/** `0-99`. NaN where it is not one. */
function rangeOf(text: string): PartRange {
  const [, first, last] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  return { begin: Number(first), end: Number(last) + 1 };
}

/** The playlists and files that a multivariant playlist names. RFC 8216 4.3.4 */
export function playlistsIn(text: string): string[] {
  const lines = text.split(/\r?\n/);
  const named = lines.flatMap((line) => {
    if (line.startsWith("#EXT-X-MEDIA:"))
      return /[:,]URI="([^"]*)"/.exec(line)?.[1] ?? [];
    return line === "" || line.startsWith("#") ? [] : line;
  });
  return [...new Set(named)].map(decoded);
}

/** RFC 8216 4.3.2 */
export function partsOfPlaylist(text: string): ReadParts {
  let [media, time, seconds]: [string, number, number] = ["", 0, 0];
  let [init, range]: [PartRange | undefined, PartRange | undefined] = [
    undefined,
    undefined,
  ];
  const parts: PartRange[] = [];
  const times: number[] = [];
  const whole: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, tag, value = ""] = /^#(EXT[^:]*):?(.*)$/.exec(line) ?? [];
    if (tag === "EXTINF") seconds = parseFloat(value);
    else if (tag === "EXT-X-BYTERANGE") range = hlsRange(value);
    else if (tag === "EXT-X-MAP")
      init = hlsRange(/BYTERANGE="([^"]*)"/.exec(value)?.[1] ?? "");
    else if (line !== "" && !line.startsWith("#")) {
      if (range === undefined) whole.push(decoded(line));
      else {
        media = decoded(line);
        parts.push(range);
        times.push(time);
      }
      time += seconds;
      range = undefined;
    }
  }
  return { lists: media ? [{ media, init, parts, times }] : [], whole };
}

/** `100@0`: length and begin. */
function hlsRange(text: string): PartRange {
  const [, length, begin] = /^(\d+)@(\d+)$/.exec(text) ?? [];
  return { begin: Number(begin), end: Number(begin) + Number(length) };
}

/** The name that an address in the same folder stands for. */
function decoded(address: string): string {
  try {
    return posix.normalize(decodeURIComponent(address));
  } catch {
    return address;
  }
}
