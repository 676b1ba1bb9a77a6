import { PackError } from "../errors.js";
import { mp4a } from "../isobmff/boxes/sample-table.js";
import { bytesToHex } from "../isobmff/bytes.js";
import { audioSpecificConfigOf } from "../isobmff/parsed-box.js";
import type { MediaFormat } from "../media/track.js";
import { FLAGS, type Codec, type Silence } from "./codec.js";

/** AAC-LC in mp4a. ISO/IEC 14496-3 1.6.2.1, 14496-14 5.6 */
export const aac: Codec = {
  name: "aac",
  label: "AAC-LC",
  kind: "audio",
  sampleEntryTypes: ["mp4a"],
  encoder: "aac",
  sampleFlags: { default: FLAGS.independent },
  microsoftFlags: {
    default: 0x00008002,
    sdtp: { first: 0x28, default: 0x28 },
  },

  readConfig(entry, where) {
    const config = audioSpecificConfigOf(entry);
    if (config === undefined || config.length < 2) {
      throw new PackError(
        "unsupported",
        `${where}: sample entry ${entry.type} has no AudioSpecificConfig.`,
        {
          hint: "It is other sound than AAC, such as MP3: encode it as AAC-LC.",
        },
      );
    }
    requireLowComplexity(config, where);
    return config;
  },

  readFormat: (_entry, config) => ({
    kind: "audio",
    ...parseAudioSpecificConfig(config),
  }),

  sampleEntry({ config, format, bitrate }) {
    return mp4a({
      ...audioShape(format),
      averageBitrate: bitrate,
      audioSpecificConfig: config,
    });
  },

  // Decoding can start at every AAC frame.
  firstSampleError: () => undefined,
  isEnough: () => true,
  configChange: () => undefined,
  turnOf: () => undefined,

  codedPicture: () => undefined,
  silence: (config) => silentFrame(config),

  qualityLevel({ config, format }) {
    const { channels, sampleRate } = audioShape(format);
    return {
      FourCC: "AACL",
      SamplingRate: sampleRate,
      Channels: channels,
      BitsPerSample: 16,
      PacketSize: channels * 2,
      AudioTag: 255, // WAVE_FORMAT_RAW_AAC1
      CodecPrivateData: bytesToHex(config),
    };
  },
};

/** Channels and rate from the first bytes of the config. ISO/IEC 14496-3 1.6.2.1 */
export function parseAudioSpecificConfig(config: Uint8Array): {
  channels: number;
  sampleRate: number;
} {
  const [first = 0, second = 0] = config;
  const rateIndex = ((first & 0x07) << 1) | (second >> 7);
  const channelConfig = (second >> 3) & 0x0f;
  const sampleRate = SAMPLE_RATES[rateIndex];
  const channels = CHANNELS[channelConfig];
  if (sampleRate === undefined || channels === undefined) {
    throw new PackError(
      "unsupported",
      `AudioSpecificConfig ${bytesToHex(config)}: rate index ${rateIndex} with channel configuration ${channelConfig} is not supported.`,
    );
  }
  return { channels, sampleRate };
}

/** ISO/IEC 14496-3 table 1.18 */
const SAMPLE_RATES = [
  96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025,
  8000, 7350,
] as const;

/** ISO/IEC 14496-3 table 1.19; 0 means "see the stream" and is refused. */
const CHANNELS = [undefined, 1, 2, 3, 4, 5, 6, 8] as const;

/** Most Smooth players refuse HE-AAC under FourCC AACH, or stay silent. */
function requireLowComplexity(config: Uint8Array, where: string): void {
  const objectType = (config[0] ?? 0) >> 3;
  if (objectType === 2 && !signalsSbr(config)) return;
  const actualType = `${objectType}${objectType === 2 ? " with SBR (HE-AAC)" : ""}`;
  throw new PackError(
    "unsupported",
    `${where}: AAC object type is ${actualType}. Expected 2 (AAC-LC).`,
    {
      hint: "Encode the audio again as AAC-LC.",
    },
  );
}

/** Finds hidden HE-AAC: sync extension 0x2B7, object type 5, SBR present. ISO/IEC 14496-3 1.6.6.1 */
function signalsSbr([, , high = 0, low = 0, sbr = 0]: Uint8Array): boolean {
  return high === 0x56 && low === 0xe5 && (sbr & 0x80) !== 0;
}

function audioShape(format: MediaFormat): {
  channels: number;
  sampleRate: number;
} {
  if (format.kind !== "audio")
    throw new TypeError("AAC track without a channel count");
  return format;
}

/**
 * A frame of AAC-LC silence: every channel has an empty spectrum. A decoder outputs zeros for
 * it, and the overlap into the next frame is silence too. ISO/IEC 14496-3 4.4.2
 * (raw_data_block, tables 4.3 to 4.50)
 *
 * @param config AudioSpecificConfig
 * @returns undefined for a channel configuration without a standard order
 */
export function silentFrame([, second = 0]: Uint8Array): Silence | undefined {
  const elements = ELEMENTS[(second >> 3) & 0x0f];
  if (elements === undefined) return undefined;
  const counts: Record<Element, number> = { single: 0, pair: 0, low: 0 };
  const bits = elements.map((element) => {
    const tag = counts[element]++;
    return element === "pair"
      ? ID_CPE + binary(tag, 4) + NO_COMMON_WINDOW + CHANNEL + CHANNEL
      : (element === "low" ? ID_LFE : ID_SCE) + binary(tag, 4) + CHANNEL;
  });
  const bytes = packed(bits.join("") + ID_END);
  return { bytes, samples: second & SHORT_FRAMES ? 960 : 1024 };
}

/** frameLengthFlag: long windows of 960 samples, which broadcasters use. ISO/IEC 14496-3 table 4.1 */
const SHORT_FRAMES = 0x04;

type Element = "single" | "pair" | "low";

/** The elements of a frame, centre first. ISO/IEC 14496-3 table 1.19 */
const ELEMENTS: readonly (readonly Element[] | undefined)[] = [
  undefined,
  ["single"],
  ["pair"],
  ["single", "pair"],
  ["single", "pair", "single"],
  ["single", "pair", "pair"],
  ["single", "pair", "pair", "low"],
  ["single", "pair", "pair", "pair", "low"],
];

/** id_syn_ele. Table 4.85 */
const ID_SCE = "000";
const ID_CPE = "001";
const ID_LFE = "011";
const ID_END = "111";

const NO_COMMON_WINDOW = "0";

/** individual_channel_stream: a gain and a long window without scale factor bands; nothing else. Tables 4.50, 4.6 */
const CHANNEL = [
  binary(100, 8), // global_gain; any value, for there is nothing to scale
  "0", // ics_reserved_bit
  "00", // window_sequence: ONLY_LONG_SEQUENCE
  "0", // window_shape
  binary(0, 6), // max_sfb: no section data, scale factors or spectrum follow
  "0", // predictor_data_present
  "0", // pulse_data_present
  "0", // tns_data_present
  "0", // gain_control_data_present
].join("");

function binary(value: number, width: number): string {
  return value.toString(2).padStart(width, "0");
}

/** Bits as bytes, padded with zeros. */
function packed(bits: string): Uint8Array {
  const bytes = bits.match(/.{1,8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) =>
    Number.parseInt(byte.padEnd(8, "0"), 2),
  );
}
