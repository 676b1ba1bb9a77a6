import type { Silence } from "./codec.js";

/**
 * A frame of AAC-LC silence: every channel says that it has no spectrum at all.
 * A decoder gives zeros for it, and what it leaves to the next frame is silence too.
 * ISO/IEC 14496-3 4.4.2 (raw_data_block, tables 4.3 to 4.50)
 *
 * @param config AudioSpecificConfig
 * @returns undefined for a channel configuration that has no order of its own
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

/** frameLengthFlag: long windows of 960 samples, as broadcasters have them. ISO/IEC 14496-3 table 4.1 */
const SHORT_FRAMES = 0x04;

type Element = "single" | "pair" | "low";

/** What a frame consists of, centre first. ISO/IEC 14496-3 table 1.19 */
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

/** individual_channel_stream: a gain, a long window of no scale factor bands, and nothing after that. Tables 4.50, 4.6 */
const CHANNEL = [
  binary(100, 8), // global_gain; any, for there is nothing to scale
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

/** Bits as bytes, filled up with zeros. */
function packed(bits: string): Uint8Array {
  const bytes = bits.match(/.{1,8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) =>
    Number.parseInt(byte.padEnd(8, "0"), 2),
  );
}
