import { bytesToHex } from "../isobmff/bytes.js";
import { childBox, payloadOf, type ParsedBox } from "../isobmff/parsed-box.js";
import type { Expectations } from "./finding.js";

/** ETSI TS 102 366 F.6: mode and bass end the fourth byte, places of further channels the sixth. */
export function eac3Level(entry: ParsedBox): Expectations {
  const box = payloadIn(entry, "dec3");
  const [, , rate = 0, shape = 0, further = 0, places = 0] = box;
  return dolbyLevel("EC-3", {
    ...{ box, subFormat: "AF87FBA7022DFB42A4D405CD93843BDD" },
    ...{ rate: rate >> 6, mode: (shape >> 1) & 7, hasBass: (shape & 1) === 1 },
    further: further & 0x1e ? speakersOf(places) : 0,
  });
}

/** ETSI TS 102 366 F.4: they stand in the first two bytes. */
export function ac3Level(entry: ParsedBox): Expectations {
  const box = payloadIn(entry, "dac3");
  const [rate = 0, shape = 0] = box;
  return dolbyLevel("AC-3", {
    ...{ box, subFormat: "2C806DE046DBCF11B4D100805F6CBBEA", further: 0 },
    ...{ rate: rate >> 6, mode: (shape >> 3) & 7, hasBass: (shape & 4) === 4 },
  });
}

function payloadIn(entry: ParsedBox, type: string): Uint8Array {
  const box = childBox(entry, type);
  return box === undefined ? new Uint8Array() : payloadOf(box);
}

/** What a dec3 or dac3 says, and the sub-format under which clients know it. */
interface DolbySound {
  readonly box: Uint8Array;
  readonly subFormat: string;
  readonly rate: number;
  readonly mode: number;
  readonly hasBass: boolean;
  /** Speakers of channels in dependent frames. */
  readonly further: number;
}

const RATES = [48_000, 44_100, 32_000];

/** Speakers by acmod: left 1, right 2, centre 4, left and right behind 30, behind 100 (hex). */
const SPEAKERS = [0x3, 0x4, 0x3, 0x7, 0x103, 0x107, 0x33, 0x37];

/** Speakers by the bits of chan_loc, from the lowest. ETSI TS 102 366 F.6.2.13 */
const PLACES = [0xc0, 0x600, 0x100, 0x800, 0x600, 0, 0x5000, 0x2000];

function speakersOf(places: number): number {
  return PLACES.reduce(
    (all, speakers, bit) => (places & (1 << bit) ? all | speakers : all),
    0,
  );
}

/** A WAVEFORMATEXTENSIBLE's end: samples of a frame, speakers, sub-format; then the file's own box. */
function dolbyLevel(
  fourCC: string,
  { box, subFormat, rate, mode, hasBass, further }: DolbySound,
): Expectations {
  const speakers = (SPEAKERS[mode] ?? 0) | (hasBass ? 8 : 0) | further;
  const mask = Buffer.from(Uint32Array.of(speakers).buffer);
  return [
    ["FourCC", fourCC],
    ["SamplingRate", RATES[rate] ?? 0],
    ["Channels", countOf(speakers)],
    ["BitsPerSample", 16],
    ["AudioTag", 65534],
    [
      "CodecPrivateData",
      `0006${bytesToHex(mask)}${subFormat}${bytesToHex(box)}`,
      "", // for old Androids, whose decoders fail on it
    ],
  ];
}

/** A channel for each bit. */
function countOf(speakers: number): number {
  return speakers.toString(2).replaceAll("0", "").length;
}
