import type {
  AdaptiveStream,
  SegmentAddresses,
  SegmentRanges,
} from "../media/adaptive-title.js";
import { rescaleExact, SMOOTH_TIMESCALE } from "../media/time.js";
import type { TitleClock } from "../media/title-clock.js";
import { xmlElement, type Element } from "../util/xml-writer.js";

/** Addresses of segments, for all representations of a set. ISO/IEC 23009-1 5.3.9.4 */
export function segmentTemplate(
  stream: AdaptiveStream,
  { init, media: [before, after] }: SegmentAddresses,
  clock: TitleClock,
): Element {
  const attributes = {
    ...timingOf(stream, clock),
    initialization: init,
    media: `${before}$Time$${after}`,
  };
  return xmlElement("SegmentTemplate", attributes, [timeline(stream, true)]);
}

/**
 * Segments as parts of one file. ISO/IEC 23009-1 5.3.9.3
 *
 * Each has a row of its own in the timeline: dash.js counts rows to find the part of a segment.
 */
export function segmentList(
  stream: AdaptiveStream,
  { initSize, offsets, sizes }: SegmentRanges,
  clock: TitleClock,
): Element {
  const urls = Array.from(offsets, (offset, i) =>
    xmlElement("SegmentURL", {
      mediaRange: `${offset}-${offset + (sizes[i] ?? 0) - 1}`,
    }),
  );
  return xmlElement("SegmentList", timingOf(stream, clock), [
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
  { times, durations }: AdaptiveStream,
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
