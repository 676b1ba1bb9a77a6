import { PackError } from "../errors.js";
import { parseDac3, parseDec3, type DolbyConfig } from "./dolby-config.js";
import { dolbyAudio } from "../isobmff/boxes/sample-table.js";
import { bytesToHex, concat, hexToBytes } from "../isobmff/bytes.js";
import { childBox, payloadOf } from "../isobmff/parsed-box.js";
import type { MediaFormat } from "../media/track.js";
import { FLAGS, type Codec, type Silence } from "./codec.js";
import { dolbySampleError } from "./dolby-frames.js";
import { silentAc3, silentEac3, type DolbyShape } from "./dolby-silence.js";

/** The names of Dolby sound, here and in ffmpeg. */
export type DolbyName = "eac3" | "ac3";

export function isDolby(codec: string): codec is DolbyName {
  return codec === "eac3" || codec === "ac3";
}

/** E-AC-3, copied only: no client in a browser plays it. */
export const eac3: Codec = {
  ...dolby("dec3", parseDec3),
  name: "eac3",
  label: "E-AC-3",
  sampleEntryTypes: ["ec-3"],
  sampleEntry: ({ config, format }) =>
    dolbyAudio("ec-3", "dec3", { ...shapeOf(format), config }),
  qualityLevel: ({ config }) =>
    levelOf("EC-3", EAC3_SUBFORMAT, parseDec3(config), config),
  silence: (config) => silenceOf(parseDec3(config), silentEac3),
};

/** AC-3, copied only. */
export const ac3: Codec = {
  ...dolby("dac3", parseDac3),
  name: "ac3",
  label: "AC-3",
  sampleEntryTypes: ["ac-3"],
  sampleEntry: ({ config, format }) =>
    dolbyAudio("ac-3", "dac3", { ...shapeOf(format), config }),
  qualityLevel: ({ config }) =>
    levelOf("AC-3", AC3_SUBFORMAT, parseDac3(config), config),
  silence: (config) => silenceOf(parseDac3(config), silentAc3),
};

/** What the two have in common. */
function dolby(
  box: "dec3" | "dac3",
  parse: (config: Uint8Array) => DolbyConfig,
): Pick<
  Codec,
  | "kind"
  | "encoder"
  | "isForAll"
  | "sampleFlags"
  | "microsoftFlags"
  | "readConfig"
  | "readFormat"
  | "firstSampleError"
  | "sampleError"
  | "isEnough"
  | "configChange"
  | "turnOf"
  | "codedPicture"
> {
  return {
    kind: "audio",
    encoder: undefined,
    isForAll: false,
    sampleFlags: { default: FLAGS.independent },
    microsoftFlags: {
      default: 0x00008002,
      sdtp: { first: 0x28, default: 0x28 },
    },

    readConfig(entry, where) {
      const found = childBox(entry, box);
      if (found === undefined)
        throw new PackError(
          "unsupported",
          `${where}: sample entry ${entry.type} has no ${box}.`,
        );
      const config = payloadOf(found);
      parse(config); // what is not understood is refused here
      return config;
    },

    readFormat(_entry, config) {
      const { channels, sampleRate } = parse(config);
      return { kind: "audio", channels, sampleRate };
    },

    // Every frame begins with a sync word of its own: 0B77.
    firstSampleError: ([first = 0, second = 0]) =>
      first === 0x0b && second === 0x77
        ? undefined
        : `does not begin with the sync word 0B77 of ${box === "dec3" ? "E-AC-3" : "AC-3"}`,
    isEnough: (start) => start.length >= 2,
    sampleError: (sample, config) =>
      dolbySampleError(sample, parse(config).sampleRate),
    configChange: () => undefined,
    turnOf: () => undefined,
    codedPicture: () => undefined,
  };
}

function shapeOf(format: MediaFormat) {
  if (format.kind !== "audio")
    throw new TypeError("Dolby track without a channel count");
  return format;
}

/** Sub-format of WAVEFORMATEXTENSIBLE: MEDIASUBTYPE_DOLBY_DDPLUS and MEDIASUBTYPE_DOLBY_AC3. */
const EAC3_SUBFORMAT = "AF87FBA7022DFB42A4D405CD93843BDD";
const AC3_SUBFORMAT = "2C806DE046DBCF11B4D100805F6CBBEA";

/** Samples of a whole frame: six blocks of 256. */
const FRAME_SAMPLES = 1536;

/** As deployed packages have it; ExoPlayer, Kodi, yt-dlp and N_m3u8DL-RE read it. */
function levelOf(
  fourCC: string,
  subFormat: string,
  { bitrate, sampleRate, channels, channelMask }: DolbyConfig,
  config: Uint8Array,
): ReturnType<Codec["qualityLevel"]> {
  const head = Buffer.alloc(6);
  head.writeUInt16LE(FRAME_SAMPLES, 0);
  head.writeUInt32LE(channelMask, 2);
  return {
    FourCC: fourCC,
    SamplingRate: sampleRate,
    Channels: channels,
    BitsPerSample: 16,
    // Bytes of a frame: 4 x the rate in kbit/s at 48 kHz.
    PacketSize: Math.round((bitrate * FRAME_SAMPLES) / sampleRate / 8),
    AudioTag: 65534, // WAVE_FORMAT_EXTENSIBLE
    CodecPrivateData: bytesToHex(concat([head, hexToBytes(subFormat), config])),
  };
}

/** One of our making would lack the channels of dependent frames. */
function silenceOf(
  config: DolbyConfig,
  make: (shape: DolbyShape) => Uint8Array,
): Silence | undefined {
  const { bitrate, sampleRate, hasMore } = config;
  if (hasMore) return undefined;
  const words = Math.floor((bitrate * FRAME_SAMPLES) / sampleRate / 16);
  const bytes = make({ ...config, bytes: 2 * words });
  return { bytes, samples: FRAME_SAMPLES };
}
