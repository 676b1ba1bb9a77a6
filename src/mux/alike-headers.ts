import { putU32, putU64, viewOf } from "../isobmff/bytes.js";
import { at, sampleDuration } from "../media/track.js";
import type { Fragment } from "../media/fragments.js";
import type { OutTrack } from "./protection.js";

/** Makes the header of a fragment. */
type MakeHeader = (
  track: OutTrack,
  fragment: Fragment,
  sequenceNumber: number,
) => Uint8Array;

/** Numbers that nothing else in a header is equal to: they show where the numbers are. */
const SEQUENCE = 0x51e00a01;
const DURATION = 0x51e00d04;
const SIZE = 0x51e00e05;
const TIME_UPPER = 0x0001a51e;

/**
 * Headers of a track whose fragments have one sample each, as captions have: one header, with other
 * numbers each time. Twenty captions of a film have 100,000, and making their boxes one by one takes
 * most of the time of writing.
 *
 * @returns gives a header that is valid until the next call; undefined for a fragment that is not like the others
 */
export function alikeHeaders(
  track: OutTrack,
  make: MakeHeader,
): (fragment: Fragment, sequenceNumber: number) => Uint8Array | undefined {
  const { samples } = track;
  const bytes = markedHeader(track, make);
  const sequences = placesOf(bytes, SEQUENCE);
  const times = placesOf(bytes, TIME_UPPER);
  const durations = placesOf(bytes, DURATION);
  const sizes = placesOf(bytes, SIZE);
  const mdatSizes = placesOf(bytes, SIZE + MDAT_HEADER);
  return ({ firstSample, endSample, time, duration }, sequenceNumber) => {
    const isAlike =
      endSample - firstSample === 1 &&
      duration === sampleDuration(samples, firstSample) &&
      duration < 2 ** 32;
    if (!isAlike) return undefined;
    const size = at(samples.size, firstSample);
    for (const place of sequences) putU32(bytes, place, sequenceNumber);
    for (const place of times) putU64(bytes, place, time);
    for (const place of durations) putU32(bytes, place, duration);
    for (const place of sizes) putU32(bytes, place, size);
    for (const place of mdatSizes) putU32(bytes, place, size + MDAT_HEADER);
    return bytes;
  };
}

/** The size of an mdat counts its header. */
const MDAT_HEADER = 8;

function markedHeader(track: OutTrack, make: MakeHeader): Uint8Array {
  const samples = {
    ...{ ...track.samples, count: 1, sync: Uint8Array.of(1) },
    decodeTime: Float64Array.of(0, DURATION),
    size: Uint32Array.of(SIZE),
  };
  const time = TIME_UPPER * 2 ** 32;
  const fragment = { firstSample: 0, endSample: 1, time, duration: DURATION };
  return make({ ...track, samples }, fragment, SEQUENCE);
}

/** Where these 32 bits are. */
function placesOf(bytes: Uint8Array, number: number): number[] {
  const view = viewOf(bytes);
  const all = Array.from({ length: bytes.length - 3 }, (_, place) => place);
  return all.filter((place) => view.getUint32(place) === number);
}
