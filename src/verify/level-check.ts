import { bytesToHex } from "../isobmff/bytes.js";
import {
  audioSpecificConfigOf,
  childBox,
  numberField,
  type ParsedBox,
  clearType,
} from "../isobmff/parsed-box.js";
import type { ClientLevel } from "../smooth/client-manifest.js";
import { ac3Level, eac3Level } from "./dolby-level.js";
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
  // Many clients know captions under other names than ours.
  const where = TEXT_ENTRIES.has(clearType(entry)) ? place.dialect : place;
  for (const [attribute, expected, alsoRight] of expectedAttributes(entry)) {
    const actual = level.attributes.get(attribute);
    if (actual?.toUpperCase() === String(expected)) continue;
    if (actual !== undefined && actual === alsoRight) continue;
    const message = `QualityLevel ${level.bitrate} ${attribute}`;
    where.wrong("quality-level", message, actual, expected);
  }
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
