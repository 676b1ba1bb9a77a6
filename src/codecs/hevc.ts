import { PackError } from "../errors.js";
import { hevc1 } from "../isobmff/boxes/sample-table.js";
import { bytesToHex, concat, u32 } from "../isobmff/bytes.js";
import { childBox, numberField, payloadOf } from "../isobmff/parsed-box.js";
import type { MediaFormat, VideoFormat } from "../media/track.js";
import { displayOrientation } from "./avc.js";
import { VIDEO_FLAGS, type Codec, type CodedPicture } from "./codec.js";
import {
  hevcPictureType,
  foreignHevcParameterSet,
  NAL,
  parseHevcConfig,
  pictureSize,
  hevcUnitType,
  type HevcConfig,
} from "./hevc-units.js";

/**
 * HEVC in hvc1 or hev1, copied only, and only on request: no client in a browser plays
 * it. ISO/IEC 14496-15 8
 */
export const hevc: Codec = {
  name: "hevc",
  label: "HEVC",
  kind: "video",
  sampleEntryTypes: ["hvc1", "hev1"],
  encoder: undefined,
  onlyIn: "Kodi and N_m3u8DL-RE",
  whyClear:
    "headers of its slices may be longer than the bytes that stay clear for decoders",
  ...VIDEO_FLAGS,

  readConfig(entry, where) {
    const hvcC = childBox(entry, "hvcC");
    if (hvcC === undefined)
      throw new PackError(
        "input",
        `${where}: sample entry ${entry.type} has no hvcC box.`,
      );
    const config = payloadOf(hvcC);
    requirePlayable(parseOrRefuse(config, where), where);
    return config;
  },

  readFormat: (entry) => ({
    kind: "video",
    width: numberField(entry, "width"),
    height: numberField(entry, "height"),
    ...(entry.type === "hev1" && { sampleEntry: "hev1" }),
  }),

  sampleEntry({ config, format }) {
    const { width, height, sampleEntry = "hvc1" } = videoFormat(format);
    return hevc1(sampleEntry, width, height, config);
  },

  firstSampleError(start) {
    const type = hevcPictureType(start);
    if (type !== undefined && type >= NAL.firstIrap && type <= NAL.lastIrap)
      return undefined;
    const found = type === undefined ? "not found" : `NAL unit type ${type}`;
    return `first picture is ${found}, expected ${NAL.firstIrap} to ${NAL.lastIrap} (IRAP)`;
  },

  keyPicture: "IRAP",

  isEnough: (start) => hevcPictureType(start) !== undefined,

  configChange: (start, config) =>
    foreignHevcParameterSet(start, parseHevcConfig(config)),

  turnOf: (start) =>
    displayOrientation(start, (unit) =>
      hevcUnitType(unit) === NAL.sei ? unit.subarray(1) : undefined,
    ),

  codedPicture: (config) => codedPicture(parseHevcConfig(config)),

  silence: () => undefined,

  qualityLevel({ config, format }) {
    const { width, height, sampleEntry = "hvc1" } = videoFormat(format);
    return {
      FourCC: sampleEntry.toUpperCase(),
      MaxWidth: width,
      MaxHeight: height,
      CodecPrivateData: codecPrivateData(parseHevcConfig(config)),
    };
  },
};

function parseOrRefuse(config: Uint8Array, where: string): HevcConfig {
  try {
    return parseHevcConfig(config);
  } catch (cause) {
    throw new PackError(
      "input",
      `${where}: hvcC is cut off (${config.length} bytes).`,
      { cause },
    );
  }
}

/** Parameter sets as hex, each after a start code; messages of the encoder, which may take kilobytes, are left out. */
function codecPrivateData({ vps, sps, pps }: HevcConfig): string {
  const sets = [...vps, ...sps, ...pps];
  return bytesToHex(concat(sets.flatMap((set) => [u32(1), set])));
}

/** Bytes of CodecPrivateData. MS-SSTR 2.2.2.5 */
const MOST_CODEC_DATA = 1024;

function requirePlayable(config: HevcConfig, where: string): void {
  const { nalLengthSize, vps, sps, pps } = config;
  const counts = [vps, sps, pps].map(({ length }) => length);
  const bytes = codecPrivateData(config).length / 2;
  const isPlayable = counts.every((count) => count === 1);
  if (nalLengthSize === 4 && isPlayable && bytes <= MOST_CODEC_DATA) return;
  throw new PackError(
    "unsupported",
    `${where}: hvcC has ${nalLengthSize}-byte NAL lengths, ${counts.join(", ")} of VPS, SPS and PPS with ${bytes} bytes. Expected 4-byte lengths, one of each, and at most ${MOST_CODEC_DATA} bytes.`,
    {
      hint: "ffmpeg -i FILE -c copy -tag:v hvc1 NEW.mp4 puts them there; else encode the video again with one parameter set of each kind.",
    },
  );
}

/** Nothing else is asked of a picture that is never a rung of the ladder. */
function codedPicture({ sps: [unit] }: HevcConfig): CodedPicture {
  const rest = { profile: "high", level: "" } as const;
  try {
    if (unit === undefined) throw new RangeError("is missing");
    const reason = "it is HEVC. Expected H.264";
    return { ...pictureSize(unit), ...rest, reason };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const reason = `its sequence parameter set ${error.message}`;
    return { width: 0, height: 0, ...rest, reason };
  }
}

function videoFormat(format: MediaFormat): VideoFormat {
  if (format.kind !== "video")
    throw new TypeError("HEVC track without a picture size");
  return format;
}
