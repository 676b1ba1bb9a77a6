import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createFile, MP4BoxBuffer } from "mp4box";
import { readMovie } from "../../src/isobmff/read-movie.js";
import { run, tools } from "../support/programs.js";

/** An exact number of seconds. */
export interface Seconds {
  readonly ticks: bigint;
  readonly timescale: bigint;
}

/** A sample as it is presented. */
export interface Packet {
  /** MD5 of its bytes. */
  readonly hash: string;
  readonly time: Seconds;
  readonly duration: Seconds;
}

/** A track of a file, in decoding order. */
export interface PacketTrack {
  readonly id: number;
  readonly kind: "video" | "audio";
  readonly packets: readonly Packet[];
}

interface Probed {
  readonly streams: readonly {
    readonly index: number;
    readonly id: string;
    readonly codec_type: "video" | "audio";
    readonly time_base: string;
  }[];
  readonly packets: readonly {
    readonly stream_index: number;
    readonly pts: number;
    readonly duration?: number;
    readonly flags: string;
    readonly data_hash: string;
  }[];
}

/** What ffmpeg's demuxer makes of a file, edit lists and all; packets that it says to throw away are left out. */
export async function ffprobePackets(path: string): Promise<PacketTrack[]> {
  const { ffprobe } = await tools();
  const { stdout } = await run(ffprobe.path, [
    ...["-v", "error", "-show_data_hash", "md5", "-show_packets"],
    ...["-show_streams", "-of", "json", path],
  ]);
  const { streams, packets } = JSON.parse(stdout.toString()) as Probed;
  return streams.map(({ index, id, codec_type, time_base }) => {
    const [num = 1, den = 1] = time_base.split("/").map(Number);
    const own = packets.filter(
      (one) => one.stream_index === index && !one.flags.includes("D"),
    );
    const seconds = (ticks: number) => ({
      ticks: BigInt(ticks) * BigInt(num),
      timescale: BigInt(den),
    });
    return {
      id: Number(id),
      kind: codec_type,
      packets: own.map(({ pts, duration, data_hash }, i) => ({
        hash: data_hash.replace("MD5:", ""),
        time: seconds(pts),
        // ffprobe does not say how long the first of a fragmented file is.
        duration: seconds(duration ?? (own[i + 1]?.pts ?? pts) - pts),
      })),
    };
  });
}

/** What our own reader makes of a file of a package. */
export async function ownPackets(path: string): Promise<PacketTrack[]> {
  const bytes = readFileSync(path);
  const movie = await readMovie(path);
  return movie.map(({ trackId, timescale, samples }) => ({
    id: trackId,
    kind: path.endsWith(".ismv") ? "video" : "audio",
    packets: Array.from({ length: samples.count }, (_, i) => {
      const begin = samples.offset[i] ?? 0;
      const time = samples.decodeTime[i] ?? 0;
      const end = samples.decodeTime[i + 1] ?? 0;
      const shown = time + (samples.compositionOffset[i] ?? 0);
      const seconds = (ticks: number) => ({
        ticks: BigInt(ticks),
        timescale: BigInt(timescale),
      });
      return {
        hash: md5(bytes.subarray(begin, begin + (samples.size[i] ?? 0))),
        time: seconds(shown),
        duration: seconds(end - time),
      };
    }),
  }));
}

/** What mp4box makes of a file of a package, with its own eyes. */
export function mp4boxPackets(path: string): Packet[] {
  const bytes = readFileSync(path);
  const file = createFile();
  const copy = Uint8Array.from(bytes).buffer;
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(copy, 0));
  file.flush();
  return file
    .getTrackSamplesInfo(1)
    .map(({ offset, size, cts, duration, timescale }) => {
      const seconds = (ticks: number) => ({
        ticks: BigInt(ticks),
        timescale: BigInt(timescale),
      });
      return {
        hash: md5(bytes.subarray(offset, offset + size)),
        time: seconds(cts),
        duration: seconds(duration),
      };
    });
}

export function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

/** By how many 10 MHz ticks two times differ, in halves of a tick, rounded up. */
export function halfTicksApart(a: Seconds, b: Seconds): bigint {
  const difference = a.ticks * b.timescale - b.ticks * a.timescale;
  const halves = 20_000_000n * (difference < 0n ? -difference : difference);
  const unit = a.timescale * b.timescale;
  return (halves + unit - 1n) / unit;
}

export function minus(a: Seconds, b: Seconds): Seconds {
  return {
    ticks: a.ticks * b.timescale - b.ticks * a.timescale,
    timescale: a.timescale * b.timescale,
  };
}

export function isBefore(a: Seconds, b: Seconds): boolean {
  return a.ticks * b.timescale < b.ticks * a.timescale;
}
