import { PackError } from "../errors.js";
import { dolbyAudio } from "../isobmff/boxes/sample-table.js";
import { bytesToHex, concat, hexToBytes } from "../isobmff/bytes.js";
import { childBox, payloadOf } from "../isobmff/parsed-box.js";
import type { MediaFormat } from "../media/track.js";
import { FLAGS, type Codec } from "./codec.js";

/** What a dec3 or dac3 says of the sound. ETSI TS 102 366 annex F */
export interface DolbyConfig {
  /** Bits per second. */
  readonly bitrate: number;
  readonly sampleRate: number;
  readonly channels: number;
  /** Which speakers, as WAVEFORMATEXTENSIBLE has them. */
  readonly channelMask: number;
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
  | "isEnough"
  | "configChange"
  | "turnOf"
  | "codedPicture"
  | "silence"
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
          "mux",
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
    configChange: () => undefined,
    turnOf: () => undefined,
    codedPicture: () => undefined,
    silence: () => undefined,
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
) {
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

/** EC3SpecificBox: one independent substream, and what stands beside it. ETSI TS 102 366 F.6 */
export function parseDec3(config: Uint8Array): DolbyConfig {
  const bits = bitReader(config);
  const bitrate = bits(13) * 1000;
  const programs = bits(3) + 1;
  const sampleRate = SAMPLE_RATES[bits(2)];
  bits(5 + 1 + 1 + 3); // bsid, reserved, asvc, bsmod
  const acmod = bits(3);
  const lfe = bits(1);
  bits(3);
  const extra = bits(4) > 0 ? extraOf(bits(9)) : NO_MORE;
  if (programs > 1 || extra === undefined)
    throw unknown("dec3", config, "one program of at most 7.1 channels");
  return described("dec3", config, { bitrate, sampleRate, acmod, lfe }, extra);
}

/** AC3SpecificBox. ETSI TS 102 366 F.4 */
export function parseDac3(config: Uint8Array): DolbyConfig {
  const bits = bitReader(config);
  const sampleRate = SAMPLE_RATES[bits(2)];
  bits(5 + 3); // bsid, bsmod
  const acmod = bits(3);
  const lfe = bits(1);
  const bitrate = (KILOBITS[bits(5)] ?? 0) * 1000;
  return described("dac3", config, { bitrate, sampleRate, acmod, lfe });
}

interface Extra {
  readonly channels: number;
  readonly mask: number;
}

const NO_MORE: Extra = { channels: 0, mask: 0 };

/** Channels of dependent substreams that clients have a place for: rear left and right, and rear centre. Table E.1.4 */
function extraOf(locations: number): Extra | undefined {
  const rear = locations & 0x02 ? { channels: 2, mask: 0x600 } : NO_MORE;
  const centre = locations & 0x04 ? { channels: 1, mask: 0x100 } : NO_MORE;
  if ((locations & ~0x06) !== 0) return undefined;
  return {
    channels: rear.channels + centre.channels,
    mask: rear.mask | centre.mask,
  };
}

interface DolbyFields {
  readonly bitrate: number;
  readonly sampleRate: number | undefined;
  readonly acmod: number;
  readonly lfe: number;
}

function described(
  box: string,
  config: Uint8Array,
  { bitrate, sampleRate, acmod, lfe }: DolbyFields,
  extra = NO_MORE,
): DolbyConfig {
  const [channels, mask] = MODES[acmod] ?? [0, 0];
  if (sampleRate === undefined || bitrate === 0 || channels === 0)
    throw unknown(box, config, "a sampling rate, a bitrate and channels");
  return {
    bitrate,
    sampleRate,
    channels: channels + lfe + extra.channels,
    channelMask: mask | (lfe ? 0x08 : 0) | extra.mask,
  };
}

function unknown(box: string, config: Uint8Array, expected: string): PackError {
  return new PackError(
    "mux",
    `${box} ${bytesToHex(config)} is not understood. Expected ${expected}.`,
    { hint: "mss-pack FILE -o FOLDER encodes the sound anew." },
  );
}

/** By fscod. Table 4.1 */
const SAMPLE_RATES = [48_000, 44_100, 32_000] as const;

/** By bit_rate_code. Table F.4.1 */
const KILOBITS = [
  ...[32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  ...[448, 512, 576, 640],
];

/** By acmod, channels without the bass and their speakers: those at the sides have the bits of those behind. Table 4.3 */
const MODES: readonly (readonly [channels: number, mask: number])[] = [
  ...[[2, 0x3] as const, [1, 0x4] as const, [2, 0x3] as const],
  ...[[3, 0x7] as const, [3, 0x103] as const, [4, 0x107] as const],
  ...[[4, 0x33] as const, [5, 0x37] as const],
];

/** Reads bits from the front; behind the end they are 0. */
function bitReader(bytes: Uint8Array): (count: number) => number {
  let at = 0;
  return (count) => {
    let value = 0;
    for (const end = at + count; at < end; at++)
      value = value * 2 + (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    return value;
  };
}
