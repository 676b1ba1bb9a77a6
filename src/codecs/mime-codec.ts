import { viewOf } from "../isobmff/bytes.js";
import type { PackagedTrack } from "../media/presentation.js";

/** The facts of a track that say how browsers call its codec. */
export interface MimeTrack extends Pick<PackagedTrack, "config"> {
  /** Of the clear track. */
  readonly sampleEntry: string;
}

/**
 * The codec of a track as `codecs=` has it, such as `avc1.64001F`. RFC 6381 3.3
 *
 * @returns undefined for a codec that neither DASH nor HLS plays, such as VC-1
 */
export function mimeCodec({
  sampleEntry,
  config,
}: MimeTrack): string | undefined {
  return MIME_CODECS[sampleEntry]?.(config, sampleEntry);
}

/** By sample entry. A configuration that nobody could read is of the usual kind. */
const MIME_CODECS: Readonly<
  Record<string, (config: Uint8Array | undefined, entry: string) => string>
> = {
  avc1: avcCodec,
  avc3: avcCodec,
  hvc1: hevcCodec,
  hev1: hevcCodec,
  mp4a: (config) => `mp4a.40.${objectType(config)}`,
  "ec-3": () => "ec-3",
  "ac-3": () => "ac-3",
  // Its documents are sent with times of the film: see stpp.
  dfxp: () => "stpp.ttml.im1t",
  stpp: () => "stpp.ttml.im1t",
  wvtt: () => "wvtt",
};

/** Profile, constraints and level in hex. ISO/IEC 14496-15 E.1 */
function avcCodec(config: Uint8Array | undefined, entry: string): string {
  const facts = Buffer.from(config?.subarray(1, 4) ?? []);
  return facts.length === 3
    ? `${entry}.${facts.toString("hex").toUpperCase()}`
    : `${entry}.640028`;
}

/** ISO/IEC 14496-3 1.6.2.1; HE-AAC is refused where configurations are read, and is 5 */
function objectType(config: Uint8Array | undefined): number {
  const [first] = config ?? [];
  return first === undefined ? 2 : first >> 3;
}

/** ISO/IEC 14496-15 E.3 */
function hevcCodec(config: Uint8Array | undefined, entry: string): string {
  if (config === undefined || config.length < 13) return `${entry}.1.6.L120.B0`;
  const view = viewOf(config);
  const first = view.getUint8(1);
  const space = ["", "A", "B", "C"][first >> 6] ?? "";
  const tier = (first & 0x20) === 0 ? "L" : "H";
  const compatible = reversed(view.getUint32(2)).toString(16).toUpperCase();
  const constraints = [...config.subarray(6, 12)]
    .map((byte) => byte.toString(16).toUpperCase())
    .join(".")
    .replace(/(\.0)+$/, "");
  const profile = `${space}${first & 0x1f}.${compatible}`;
  return `${entry}.${profile}.${tier}${view.getUint8(12)}.${constraints}`;
}

/** The flags of compatible profiles are written last bit first. */
function reversed(flags: number): number {
  let bits = 0;
  for (let i = 0; i < 32; i++) bits = (bits * 2 + ((flags >>> i) & 1)) >>> 0;
  return bits;
}
