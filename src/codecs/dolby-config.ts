import { PackError } from "../errors.js";
import { bytesToHex } from "../isobmff/bytes.js";

/** What a dec3 or dac3 says of the sound. ETSI TS 102 366 annex F */
export interface DolbyConfig {
  /** Bits per second. */
  readonly bitrate: number;
  readonly sampleRate: number;
  readonly channels: number;
  /** Which speakers, as WAVEFORMATEXTENSIBLE has them. */
  readonly channelMask: number;
  /** fscod, acmod and lfeon of its frames. */
  readonly rateCode: number;
  readonly mode: number;
  readonly lfe: number;
  /** It has channels in further, dependent frames. */
  readonly hasMore: boolean;
}

/** EC3SpecificBox: one independent substream, and what stands beside it. ETSI TS 102 366 F.6 */
export function parseDec3(config: Uint8Array): DolbyConfig {
  const bits = bitReader(config);
  const bitrate = bits(13) * 1000;
  const programs = bits(3) + 1;
  const rateCode = bits(2);
  bits(5 + 1 + 1 + 3); // bsid, reserved, asvc, bsmod
  const [mode, lfe] = [bits(3), bits(1)];
  bits(3);
  const hasMore = bits(4) > 0;
  const extra = hasMore ? extraOf(bits(9)) : NO_MORE;
  if (programs > 1 || extra === undefined)
    throw unknown(
      "dec3",
      config,
      "one program whose channels all have a speaker",
    );
  return described(
    "dec3",
    config,
    { bitrate, rateCode, mode, lfe, hasMore },
    extra,
  );
}

/** AC3SpecificBox. ETSI TS 102 366 F.4 */
export function parseDac3(config: Uint8Array): DolbyConfig {
  const bits = bitReader(config);
  const rateCode = bits(2);
  bits(5 + 3); // bsid, bsmod
  const [mode, lfe] = [bits(3), bits(1)];
  const bitrate = (KILOBITS[bits(5)] ?? 0) * 1000;
  return described("dac3", config, {
    bitrate,
    rateCode,
    mode,
    lfe,
    hasMore: false,
  });
}

interface Extra {
  readonly channels: number;
  readonly mask: number;
}

const NO_MORE: Extra = { channels: 0, mask: 0 };

/** Channels of dependent substreams that a speaker of WAVEFORMATEXTENSIBLE stands for, by chan_loc. Table F.6.1 */
const LOCATIONS: readonly (readonly [bit: number, extra: Extra])[] = [
  [0x01, { channels: 2, mask: 0xc0 }], // left and right of centre
  [0x02, { channels: 2, mask: 0x600 }], // rear left and right: beside, for those behind are taken
  [0x04, { channels: 1, mask: 0x100 }], // rear centre
  [0x08, { channels: 1, mask: 0x800 }], // top
  [0x10, { channels: 2, mask: 0x600 }], // beside; ffmpeg writes this for rear left and right
  [0x40, { channels: 2, mask: 0x5000 }], // high left and right
  [0x80, { channels: 1, mask: 0x2000 }], // high centre
];

/** The channels of a chan_loc; undefined when one of them has no speaker. */
function extraOf(locations: number): Extra | undefined {
  let [{ channels, mask }, rest] = [NO_MORE, locations];
  for (const [bit, extra] of LOCATIONS) {
    if ((rest & bit) === 0 || (mask & extra.mask) !== 0) continue;
    channels += extra.channels;
    mask |= extra.mask;
    rest &= ~bit;
  }
  return rest === 0 ? { channels, mask } : undefined;
}

type DolbyFields = Omit<DolbyConfig, "sampleRate" | "channels" | "channelMask">;

function described(
  box: string,
  config: Uint8Array,
  fields: DolbyFields,
  extra = NO_MORE,
): DolbyConfig {
  const { bitrate, rateCode, mode, lfe } = fields;
  const [channels, mask] = MODES[mode] ?? [0, 0];
  const sampleRate = SAMPLE_RATES[rateCode];
  if (sampleRate === undefined || bitrate === 0 || channels === 0)
    throw unknown(box, config, "a sampling rate, a bitrate and channels");
  return {
    ...fields,
    sampleRate,
    channels: channels + lfe + extra.channels,
    channelMask: mask | (lfe ? 0x08 : 0) | extra.mask,
  };
}

function unknown(box: string, config: Uint8Array, expected: string): PackError {
  return new PackError(
    "unsupported",
    `${box} ${bytesToHex(config)} is not understood. Expected ${expected}.`,
    { hint: "mss-pack FILE -o FOLDER encodes the sound anew." },
  );
}

/** By fscod. Table 4.1 */
export const SAMPLE_RATES: readonly number[] = [48_000, 44_100, 32_000];

/** By bit_rate_code. Table F.4.1 */
export const KILOBITS = [
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
