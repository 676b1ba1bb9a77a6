import { PackError } from "../errors.js";
import type { Stream } from "../media/presentation.js";
import { rescale, SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import type { StreamKind } from "../media/track.js";
import { elementSpans, type ElementSpan } from "../util/xml.js";
import { readServerTrack } from "./server-manifest.js";
import { streamIndex, trackElements } from "./write-manifests.js";
import { xmlLines, type Element } from "../util/xml-writer.js";

/**
 * Streams are put into and taken out of the text of a manifest, ours or another maker's, so
 * that every other character stays as it is.
 */

/** The first stream of a kind is the default everywhere, so a new one stands behind the others. */
const ORDER: readonly StreamKind[] = ["video", "audio", "text"];

const TRACK_ELEMENTS = { video: "video", audio: "audio", textstream: "text" };

/** @throws PackError `input` for a manifest without a stream */
export function withStreamIndex(text: string, stream: Stream): string {
  const streams = elementSpans(text, "StreamIndex");
  const kinds = streams.map(({ element: { attributes } }) => ({
    kind: attributes.get("Type")?.toLowerCase(),
  }));
  const before = lastBefore(streams, kinds, stream.kind, "StreamIndex");
  return insertBehind(text, before, [streamIndex(stream)]);
}

/** @throws PackError `input` for a manifest without a track */
export function withTrackElements(text: string, stream: Stream): string {
  const tracks = elementSpans(text, ...Object.keys(TRACK_ELEMENTS));
  const kinds = tracks.map(({ element }) => ({
    kind: TRACK_ELEMENTS[element.name as keyof typeof TRACK_ELEMENTS],
  }));
  const before = lastBefore(tracks, kinds, stream.kind, "track");
  return insertBehind(text, before, trackElements(stream));
}

/** @param name of the stream, in any case, as origins compare names */
export function withoutStreamIndex(text: string, name: string): string {
  const spans = elementSpans(text, "StreamIndex");
  return without(
    text,
    spans.filter(({ element: { attributes } }) =>
      isSame(attributes.get("Name") ?? attributes.get("Type"), name),
    ),
  );
}

/** @param name of the stream, in any case */
export function withoutTrackElements(text: string, name: string): string {
  const spans = elementSpans(text, ...Object.keys(TRACK_ELEMENTS));
  return without(
    text,
    spans.filter(({ element }) => isSame(readServerTrack(element).name, name)),
  );
}

/** @param duration of the longest stream */
export function withDuration(text: string, duration: Ticks): string {
  const [root] = elementSpans(text, "SmoothStreamingMedia");
  const tag = root && text.slice(root.start, text.indexOf(">", root.start));
  const found = tag && /(\sDuration\s*=\s*["'])[^"']*/.exec(tag);
  if (!root || !found) return text;
  const timescale = Number(
    root.element.attributes.get("TimeScale") ?? SMOOTH_TIMESCALE,
  );
  const begin = root.start + found.index;
  const end = begin + found[0].length;
  const ticks = rescale(duration, SMOOTH_TIMESCALE, timescale);
  return `${text.slice(0, begin)}${found[1]}${ticks}${text.slice(end)}`;
}

function isSame(one: string | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}

function lastBefore(
  spans: readonly ElementSpan[],
  kinds: readonly { readonly kind: string | undefined }[],
  kind: StreamKind,
  what: string,
): ElementSpan {
  const rank = ORDER.indexOf(kind);
  const last = kinds.findLastIndex(
    (other) => ORDER.indexOf(other.kind as StreamKind) <= rank,
  );
  const span = spans[last] ?? spans.at(-1);
  if (span !== undefined) return span;
  throw new PackError("input", `The manifest has no ${what}.`);
}

/** Each on lines of its own, indented as the element before it, if that stands on a line of its own. */
function insertBehind(
  text: string,
  { start, end }: ElementSpan,
  elements: readonly Element[],
): string {
  const indent = /(?:^|\n)([ \t]*)$/.exec(text.slice(0, start))?.[1];
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = elements.flatMap(xmlLines);
  const added =
    indent === undefined
      ? lines.map((line) => line.trimStart()).join("")
      : lines.map((line) => `${newline}${indent}${line}`).join("");
  return text.slice(0, end) + added + text.slice(end);
}

/** The blanks before an element go with it. */
function without(text: string, spans: readonly ElementSpan[]): string {
  let rest = "";
  let from = 0;
  for (const { start, end } of spans) {
    rest += text.slice(from, start).trimEnd();
    from = end;
  }
  return rest + text.slice(from);
}
