import type { Tools } from "../ffmpeg/find.js";
import { readingOptions } from "../ffmpeg/input-options.js";
import { runTool } from "../ffmpeg/run.js";
import { taskOf } from "../ffmpeg/stall.js";
import type { ProbedFile } from "./ask-ffprobe.js";

/** Fields of a packet as ffprobe prints them, such as `pts_time`; unknown ones are missing. */
export type Packet = ReadonlyMap<string, string>;

/** The first packets of a file, of all its streams. */
export interface Begin {
  readonly packets: readonly Packet[];
  /** There are no others. */
  readonly isWhole: boolean;
}

/**
 * Lists packets of a file, one by one: all packets of a film do not fit into memory.
 *
 * @param fields names of the wanted fields
 * @param options which packets, as ffprobe takes them
 * @returns false when ffprobe could not read the file
 */
export type ListPackets = (
  fields: readonly string[],
  options: readonly string[],
  onPacket: (packet: Packet) => void,
) => Promise<boolean>;

/** Lists packets of a file whose demuxer is known. */
export function packetsOf(
  { path, input, demuxer = "" }: ProbedFile,
  tools: Tools,
  signal: AbortSignal | undefined,
): ListPackets {
  return async (fields, options, onPacket) => {
    const args = [
      ...["-v", "error", ...readingOptions(path, demuxer)],
      ...["-of", "compact=p=0", ...options],
      ...["-show_entries", `packet=${fields.join(",")}`, path],
    ];
    const { exitCode } = await runTool(tools.ffprobe.path, args, {
      signal,
      task: taskOf(tools, input, "input"),
      // Side data, which was not requested, leaves empty lines.
      onLine: (line) => {
        if (line !== "") onPacket(readPacket(line));
      },
    });
    return exitCode === 0;
  };
}

/** A line such as `stream_index=0|pts_time=1.400000|duration_time=N/A`. */
export function readPacket(line: string): Packet {
  const fields = line.split("|").map((field) => field.split("=", 2));
  return new Map(
    fields.flatMap(([name = "", value]) =>
      value === undefined || value === "N/A" ? [] : [[name, value]],
    ),
  );
}

/** Ten seconds at 30 frames a second. */
const LOOKED_AT = 300;

/** The first packets of a picture, with `pts`, `dts` and `flags`; empty when they cannot be read. */
export type FirstPackets = (index: number) => Promise<readonly Packet[]>;

/** @param begin of the file, when it was read already */
export function firstPacketsOf(
  list: ListPackets,
  begin: Begin | undefined,
): FirstPackets {
  const read = new Map<number, Promise<readonly Packet[]>>();
  return async (index) => {
    const packets = read.get(index) ?? firstPackets(index, list, begin);
    read.set(index, packets);
    return packets;
  };
}

async function firstPackets(
  index: number,
  list: ListPackets,
  begin: Begin | undefined,
): Promise<readonly Packet[]> {
  const seen = begin?.packets.filter(
    (packet) => packet.get("stream_index") === String(index),
  );
  if (seen && (begin?.isWhole || seen.length >= LOOKED_AT))
    return seen.slice(0, LOOKED_AT);
  const packets: Packet[] = [];
  const isRead = await list(
    ["pts", "dts", "flags"],
    [
      ...["-select_streams", String(index)],
      ...["-read_intervals", `%+#${LOOKED_AT}`],
    ],
    (packet) => packets.push(packet),
  );
  return isRead ? packets : [];
}

/** True when it begins a group of pictures. */
export function isKey(packet: Packet): boolean {
  return packet.get("flags")?.includes("K") ?? false;
}

/** Key frames farther apart lie on two sides of a jump of the clock. */
const LONGEST_GOP_SECONDS = 60;

/** Collects, one by one, the times of pictures that decode alone. */
export class KeyTimes {
  #first: number | undefined;
  #last = NaN;
  #longest = 0;

  add(seconds: number): void {
    this.#first ??= seconds;
    const gop = seconds - this.#last;
    if (gop > 0 && gop < LONGEST_GOP_SECONDS)
      this.#longest = Math.max(this.#longest, gop);
    this.#last = seconds;
  }

  /** The first of them, and the longest time between two. */
  end(): { readonly firstKey?: number; readonly gopSeconds: number } {
    return {
      ...(this.#first !== undefined && { firstKey: this.#first }),
      gopSeconds: this.#longest,
    };
  }
}
