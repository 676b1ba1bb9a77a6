import { bytesToHex } from "../isobmff/bytes.js";
import {
  audioSpecificConfigOf,
  childBox,
  numberField,
  type ParsedBox,
  clearType,
  payloadOf,
} from "../isobmff/parsed-box.js";
import type { ClientLevel } from "../smooth/client-manifest.js";
import type { Expectations, FindingPlace } from "./finding.js";
import { TEXT_ENTRIES } from "./text-check.js";

/**
 * Checks that a QualityLevel describes the decoder like the file's own sample entry:
 * clients configure their decoders from the manifest alone.
 */
export function checkLevel(
  level: ClientLevel,
  entry: ParsedBox,
  place: FindingPlace,
): void {
  const isText = TEXT_ENTRIES.has(clearType(entry));
  for (const [attribute, expected, alsoRight] of expectedAttributes(entry)) {
    const actual = level.attributes.get(attribute);
    if (actual?.toUpperCase() === String(expected)) continue;
    if (actual !== undefined && actual === alsoRight) continue;
    const message = `QualityLevel ${level.bitrate} ${attribute}`;
    // Many clients know captions under other names than ours.
    const isName = isText || isAnotherWord(attribute, actual, String(expected));
    const where = isName ? place.dialect : place;
    where.wrong("quality-level", message, actual, expected);
  }
}

/**
 * A decoder needs its configuration and a name for its codec; the other numbers are in both.
 * An AudioSpecificConfig may go on with what a decoder of plain AAC skips. ISO/IEC 14496-3 1.6.5
 */
function isAnotherWord(
  attribute: string,
  found: string | undefined,
  expected: string,
): boolean {
  if (attribute === "FourCC") return (found ?? "") !== "";
  if (attribute !== "CodecPrivateData") return true;
  const own = found?.toUpperCase() ?? "";
  const isSound = !own.startsWith("0000");
  const isLonger = own.startsWith(expected) || expected.startsWith(own);
  return own !== "" && isSound && isLonger;
}

/** The attributes that a client expects for each kind of sample entry. */
const EXPECTATIONS: Readonly<
  Record<string, (entry: ParsedBox) => Expectations>
> = {
  avc1: (entry) => [
    ["FourCC", "H264"],
    ["MaxWidth", numberField(entry, "width")],
    ["MaxHeight", numberField(entry, "height")],
    ["CodecPrivateData", parameterSets(childBox(entry, "avcC"))],
  ],
  hvc1: (entry) => hevcLevel("HVC1", entry),
  hev1: (entry) => hevcLevel("HEV1", entry),
  "ec-3": eac3Level,
  "ac-3": ac3Level,
  dfxp: () => [["FourCC", "TTML"]],
  stpp: () => [["FourCC", "TTML"]],
  mp4a: (entry) => [
    ["FourCC", "AACL"],
    ["SamplingRate", numberField(entry, "samplerate") || highRate(entry)],
    ["Channels", numberField(entry, "channel_count")],
    ["BitsPerSample", 16],
    ["PacketSize", numberField(entry, "channel_count") * 2],
    ["AudioTag", 255],
    [
      "CodecPrivateData",
      bytesToHex(audioSpecificConfigOf(entry) ?? new Uint8Array()),
    ],
  ],
};

/**
 * A rate too large for the sample entry, by its index in the AudioSpecificConfig. ISO/IEC
 * 14496-3 table 1.18
 */
function highRate(entry: ParsedBox): number {
  const [first = 0, second = 0] = audioSpecificConfigOf(entry) ?? [];
  const index = ((first & 0x07) << 1) | (second >> 7);
  return [96000, 88200][index] ?? 0;
}

/** Most Smooth clients cannot play any other sample entry. */
function expectedAttributes(entry: ParsedBox): Expectations {
  const knownEntries = Object.keys(EXPECTATIONS).join(" or ");
  return (
    EXPECTATIONS[clearType(entry)]?.(entry) ?? [["sample entry", knownEntries]]
  );
}

function hevcLevel(fourCC: string, entry: ParsedBox): Expectations {
  return [
    ["FourCC", fourCC],
    ["MaxWidth", numberField(entry, "width")],
    ["MaxHeight", numberField(entry, "height")],
    ["CodecPrivateData", hevcParameterSets(childBox(entry, "hvcC"))],
  ];
}

/** VPS, SPS and PPS, one of each; nothing else of the hvcC. ISO/IEC 23008-2 table 7-1 */
function hevcParameterSets(hvcC: ParsedBox | undefined): string {
  const arrays = (hvcC?.field("nalu_arrays") ?? []) as readonly NalArray[];
  const sets = [32, 33, 34].map((type) => {
    const list = arrays
      .filter(({ nalu_type: own }) => own === type)
      .flatMap((array) => [...array]);
    const [only] = list;
    return only !== undefined && list.length === 1
      ? `00000001${bytesToHex(only.data)}`
      : `(${list.length} NAL units of type ${type} in hvcC, expected one)`;
  });
  return sets.join("");
}

/** mp4box's list of the NAL units of a type. */
interface NalArray extends Iterable<{ readonly data: Uint8Array }> {
  readonly nalu_type: number;
}

/**
 * One SPS and one PPS, each behind a four-byte start code. More of either, or a three-byte
 * start code, break players.
 */
function parameterSets(avcC: ParsedBox | undefined): string {
  const sets = (["SPS", "PPS"] as const).map((kind) => {
    const list = (avcC?.field(kind) ?? []) as readonly {
      readonly data: Uint8Array;
    }[];
    const [only] = list;
    return only !== undefined && list.length === 1
      ? `00000001${bytesToHex(only.data)}`
      : `(${list.length} ${kind} in avcC, expected one)`;
  });
  return sets.join("");
}

/** ETSI TS 102 366 F.6: mode and bass end the fourth byte, places of further channels the sixth. */
function eac3Level(entry: ParsedBox): Expectations {
  const box = payloadIn(entry, "dec3");
  const [, , rate = 0, shape = 0, further = 0, places = 0] = box;
  return dolbyLevel("EC-3", {
    ...{ box, subFormat: "AF87FBA7022DFB42A4D405CD93843BDD" },
    ...{ rate: rate >> 6, mode: (shape >> 1) & 7, hasBass: (shape & 1) === 1 },
    further: further & 0x1e ? speakersOf(places) : 0,
  });
}

/** ETSI TS 102 366 F.4: they stand in the first two bytes. */
function ac3Level(entry: ParsedBox): Expectations {
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
interface DolbyAudio {
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
  { box, subFormat, rate, mode, hasBass, further }: DolbyAudio,
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
