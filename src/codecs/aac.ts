import { PackError } from "../errors.js";
import { mp4a } from "../isobmff/boxes/sample-table.js";
import { bytesToHex } from "../isobmff/bytes.js";
import { audioSpecificConfigOf } from "../isobmff/descriptors.js";
import type { MediaFormat } from "../media/track.js";
import { silentFrame } from "./aac-silence.js";
import { FLAGS, type Codec } from "./codec.js";

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
        "mux",
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

  // Every AAC frame can be the first.
  firstSampleFault: () => undefined,
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

/** Channels and rate as the config's first bytes tell them. ISO/IEC 14496-3 1.6.2.1 */
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
      "mux",
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

/** HE-AAC under FourCC AACH is refused or silent in most Smooth players. */
function requireLowComplexity(config: Uint8Array, where: string): void {
  const objectType = (config[0] ?? 0) >> 3;
  if (objectType === 2 && !signalsSbr(config)) return;
  const found = `${objectType}${objectType === 2 ? " with SBR (HE-AAC)" : ""}`;
  throw new PackError(
    "mux",
    `${where}: AAC object type is ${found}. Expected 2 (AAC-LC).`,
    {
      hint: "Encode the audio again as AAC-LC.",
    },
  );
}

/** HE-AAC in disguise: sync extension 0x2B7, object type 5, SBR present. ISO/IEC 14496-3 1.6.6.1 */
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
