import { PackError } from "../errors.js";
import { avc1 } from "../isobmff/boxes/sample-table.js";
import { bytesToHex, concat, u32 } from "../isobmff/bytes.js";
import { childBox, numberField, payloadOf } from "../isobmff/parsed-box.js";
import type { MediaFormat } from "../media/track.js";
import { bitReader, type BitReader } from "./avc-sps.js";
import {
  codedPicture,
  avcPictureType,
  foreignAvcParameterSet,
  isSlice,
  NAL_IDR,
  parseAvcConfig,
  type AvcConfig,
  nalUnits,
  avcUnitType,
} from "./avc-units.js";
import { VIDEO_FLAGS, type Codec, type CodedTrack } from "./codec.js";

/** The words for each type of picture, made once: films without B-pictures have one at each. */
const NOT_IDR = new Map(
  [undefined, 1, 2, 3, 4].map((type) => {
    const unit = type === undefined ? "not found" : `NAL unit type ${type}`;
    return [type, `first picture is ${unit}, expected ${NAL_IDR} (IDR)`];
  }),
);

/** H.264 in avc1: parameter sets out of band, four-byte NAL unit lengths. ISO/IEC 14496-15 5 */
export const avc: Codec = {
  name: "h264",
  label: "H.264",
  kind: "video",
  sampleEntryTypes: ["avc1"],
  encoder: "libx264",
  ...VIDEO_FLAGS,

  readConfig(entry, where) {
    const avcC = childBox(entry, "avcC");
    if (avcC === undefined) {
      throw new PackError(
        "input",
        `${where}: sample entry ${entry.type} has no avcC box.`,
      );
    }
    const config = payloadOf(avcC);
    requirePlayable(parseOrRefuse(config, where), where);
    return config;
  },

  readFormat: (entry) => ({
    kind: "video",
    width: numberField(entry, "width"),
    height: numberField(entry, "height"),
  }),

  sampleEntry({ config, format }) {
    const { width, height } = videoSize(format);
    return avc1(width, height, config);
  },

  firstSampleError(start) {
    const type = avcPictureType(start);
    return type === NAL_IDR ? undefined : NOT_IDR.get(type);
  },

  keyPicture: "IDR",

  isEnough: (start) => avcPictureType(start) !== undefined,

  configChange: (start, config) =>
    foreignAvcParameterSet(start, parseAvcConfig(config)),

  turnOf: (start) => displayOrientation(start),

  isSlice,

  codedPicture: (config) => codedPicture(config),

  silence: () => undefined,

  qualityLevel({ config, format }: CodedTrack) {
    const { width, height } = videoSize(format);
    return {
      FourCC: "H264",
      MaxWidth: width,
      MaxHeight: height,
      CodecPrivateData: codecPrivateData(config),
    };
  },
};

function parseOrRefuse(config: Uint8Array, where: string): AvcConfig {
  try {
    return parseAvcConfig(config);
  } catch (cause) {
    throw new PackError(
      "input",
      `${where}: avcC is cut off (${config.length} bytes).`,
      { cause },
    );
  }
}

/** Parameter sets as hex, each after a start code of four bytes: three bytes break most players. MS-SSTR 2.2.2.5 */
function codecPrivateData(config: Uint8Array): string {
  const { sps, pps } = parseAvcConfig(config);
  return bytesToHex(concat([...sps, ...pps].flatMap((set) => [u32(1), set])));
}

/** Smooth clients assume four-byte lengths, and yt-dlp crashes on a second PPS. */
function requirePlayable(
  { nalLengthSize, sps, pps }: AvcConfig,
  where: string,
): void {
  if (nalLengthSize !== 4 || sps.length !== 1 || pps.length !== 1) {
    throw new PackError(
      "unsupported",
      `${where}: avcC has ${nalLengthSize}-byte NAL lengths, ${sps.length} SPS and ${pps.length} PPS. Expected 4-byte lengths, one SPS and one PPS.`,
      { hint: "Encode the video again with one parameter set of each kind." },
    );
  }
}

function videoSize(format: MediaFormat): { width: number; height: number } {
  if (format.kind !== "video")
    throw new TypeError("H.264 track without a picture size");
  return format;
}

/** Types of NAL units, and of messages in them. ISO/IEC 14496-10 tables 7-1 and D.1.1 */
const NAL_SEI = 6;
const DISPLAY_ORIENTATION = 47;

/**
 * The rotation or mirroring of a picture, from the messages before it; undefined without
 * such a message.
 *
 * @param messages the messages of a unit behind a header of one byte; undefined when it has
 * none
 */
export function displayOrientation(
  sample: Uint8Array,
  messages = messagesIn,
): string | undefined {
  for (const unit of nalUnits(sample)) {
    const found = messages(unit);
    const turn = found && turnIn(found);
    if (turn !== undefined) return turn;
  }
  return undefined;
}

function messagesIn(unit: Uint8Array): Uint8Array | undefined {
  return avcUnitType(unit) === NAL_SEI ? unit : undefined;
}

function turnIn(unit: Uint8Array): string | undefined {
  try {
    const read = bitReader(unit);
    for (;;) {
      const [type, size] = [longNumber(read), longNumber(read)];
      if (type === DISPLAY_ORIENTATION) return orientation(read);
      for (let i = 0; i < size; i++) read.bits(8);
    }
  } catch (error) {
    // The end of the unit, or of the bytes that we have of it.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A number written as bytes of 255 and a last byte. 7.3.2.3.1 */
function longNumber(read: BitReader): number {
  for (let sum = 0; ;) {
    const byte = read.bits(8);
    sum += byte;
    if (byte !== 255) return sum;
  }
}

/** D.1.27: mirrored first, then rotated anticlockwise. */
function orientation(read: BitReader): string | undefined {
  if (read.flag()) return undefined; // cancelled
  const [across, down] = [read.flag(), read.flag()];
  if (across !== down) return "mirrored";
  const against = Math.round((read.bits(16) * 360) / 65536);
  const clockwise = (360 - against + (across ? 180 : 0)) % 360;
  return clockwise === 0 ? undefined : `turned by ${clockwise} degrees`;
}
