import type {
  AdaptiveStream,
  AdaptiveTitle,
  SegmentAddresses,
  SegmentRanges,
} from "../media/adaptive-title.js";
import { leadPieces } from "../media/lead-pieces.js";
import { rescaleExact, SMOOTH_TIMESCALE } from "../media/time.js";
import { titleClock, type TitleClock } from "../media/title-clock.js";
import { xmlElement, type Element } from "../util/xml-writer.js";

/** Addresses of segments, for all representations of a set. ISO/IEC 23009-1 5.3.9.4 */
export function segmentTemplate(
  stream: AdaptiveStream,
  { init, media: [before, after] }: SegmentAddresses,
  title: AdaptiveTitle,
): Element {
  const attributes = {
    ...timingOf(stream, titleClock(title)),
    initialization: init,
    media: `${before}$Time$${after}`,
  };
  const lead = leadPieces(stream, title);
  const { times, durations } = stream;
  const all = {
    times: BigInt64Array.of(...lead.map(({ time }) => time), ...times),
    durations: BigInt64Array.of(
      ...lead.map(({ duration }) => duration),
      ...durations,
    ),
  };
  return xmlElement("SegmentTemplate", attributes, [timeline(all, true)]);
}

/**
 * Segments as parts of one file. ISO/IEC 23009-1 5.3.9.3
 *
 * Each has a row of its own in the timeline: dash.js counts rows to find the part of a segment.
 */
export function segmentList(
  stream: AdaptiveStream,
  { initSize, offsets, sizes }: SegmentRanges,
  title: AdaptiveTitle,
): Element {
  const urls = Array.from(offsets, (offset, i) =>
    xmlElement("SegmentURL", {
      mediaRange: `${offset}-${offset + (sizes[i] ?? 0) - 1}`,
    }),
  );
  return xmlElement("SegmentList", timingOf(stream, titleClock(title)), [
    xmlElement("Initialization", { range: `0-${initSize - 1}` }),
    timeline(stream, false),
    ...urls,
  ]);
}

function timingOf({ timescale }: AdaptiveStream, { begin }: TitleClock) {
  const offset = rescaleExact(begin, SMOOTH_TIMESCALE, timescale);
  return {
    timescale,
    ...(offset > 0n && { presentationTimeOffset: String(offset) }),
  };
}

/**
 * When each segment begins and how long it lasts; segments of one duration in a row may be
 * one element. ISO/IEC 23009-1 5.3.9.6
 */
function timeline(
  { times, durations }: Pick<AdaptiveStream, "times" | "durations">,
  isShort: boolean,
): Element {
  const rows: Element[] = [];
  let end: bigint | undefined;
  for (let i = 0; i < times.length;) {
    const [time, d] = [times[i] ?? 0n, durations[i] ?? 0n];
    const count = isShort ? alikeFrom(i, times, durations) : 1;
    rows.push(
      xmlElement("S", {
        ...(time !== end && { t: String(time) }),
        d: String(d),
        ...(count > 1 && { r: count - 1 }),
      }),
    );
    end = time + BigInt(count) * d;
    i += count;
  }
  return xmlElement("SegmentTimeline", {}, rows);
}

/** How many segments from this one on have its duration and follow one another. */
function alikeFrom(
  first: number,
  times: BigInt64Array,
  durations: BigInt64Array,
): number {
  let i = first + 1;
  for (; i < times.length; i++) {
    const before = durations[i - 1] ?? 0n;
    const isNext = times[i] === (times[i - 1] ?? 0n) + before;
    if (!isNext || durations[i] !== before) break;
  }
  return i - first;
}
