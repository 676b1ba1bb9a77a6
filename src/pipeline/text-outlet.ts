import { textFormOf, type TextForm } from "../captions/embedded.js";
import { packetOutputs, PacketReader } from "../captions/packet-reader.js";
import { MOST_CAPTION_BYTES } from "../captions/read-captions.js";
import type { SubStationPacket } from "../captions/teletext.js";
import { SMOOTH_TIMESCALE, type Ticks } from "../media/time.js";
import type { DecodableText } from "./decodable-text.js";

/** Outputs of ffmpeg for one stream. */
export interface Outlet {
  readonly index: number;
  /** ffmpeg's options for each output. */
  readonly options: readonly (readonly string[])[];
  /** Take the bytes of the outputs. */
  readonly sinks: readonly ((bytes: Buffer) => void)[];
}

export interface TextOutlet extends Outlet {
  /** A caption file, whose times are {@link LATER}; to be called when ffmpeg has ended. */
  readonly text: () => Uint8Array;
}

/**
 * Caption files have no times below zero, but a file's own clock may: all times are later by
 * ten hours.
 */
const LATER_SECONDS = 36_000;
export const LATER: Ticks = LATER_SECONDS * SMOOTH_TIMESCALE;

export function textOutlet({ index, codec }: DecodableText): TextOutlet {
  const form = textFormOf(codec) ?? { codec: "srt", muxer: "srt" };
  const outlet =
    "muxer" in form ? fileOutlet(form) : packetOutlet(form.codec, form.read);
  return { index, ...outlet };
}

function fileOutlet({
  codec,
  muxer,
  tidy = (text: string) => text,
}: Extract<TextForm, { muxer: string }>): Omit<TextOutlet, "index"> {
  const chunks: Buffer[] = [];
  let size = 0;
  const later = ["-output_ts_offset", String(LATER_SECONDS)];
  const add = (bytes: Buffer) => {
    // The reader refuses a larger text; the rest would only fill the memory.
    if (size <= MOST_CAPTION_BYTES) chunks.push(bytes);
    size += bytes.length;
  };
  return {
    options: [["-c:s", codec, ...later, "-f", muxer]],
    sinks: [add],
    text: () => Buffer.from(tidy(Buffer.concat(chunks).toString("utf8"))),
  };
}

function packetOutlet(
  codec: string,
  read: Extract<TextForm, { read: unknown }>["read"],
): Omit<TextOutlet, "index"> {
  const packets: SubStationPacket[] = [];
  const reader = new PacketReader((time, bytes, duration) => {
    const text = bytes.toString("utf8");
    packets.push({ begin: time + LATER, end: time + LATER + duration, text });
  });
  return {
    options: packetOutputs(["-c:s", codec]),
    sinks: reader.sinks,
    text: () => Buffer.from(read(packets)),
  };
}
